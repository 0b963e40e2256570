// One life of the runtime child process: from fork to exit. Sends what it is told once the child says "ready",
// hands replies to the request they belong to, and fails every open request when the process ends.
import { type ChildProcess, fork } from "node:child_process"
import path from "node:path"
import { type HostToRuntime, parseRuntimeToHost, type RuntimeToHost } from "../../protocol/runtimeProtocol.ts"
import { ModelError } from "../modelError.ts"
import { childEnvironment } from "./childEnvironment.ts"
import { type ReplyQueue, replyQueue } from "./replyQueue.ts"

export type RuntimeReply = Extract<RuntimeToHost, { readonly id: number }>

export type RuntimeChild = {
  readonly pid: number | undefined
  /** Resolves when the process is gone. Never rejects. */
  readonly gone: Promise<void>
  /** "exit code 1" or "signal SIGKILL" with the last lines it wrote; undefined while it runs. */
  readonly ending: () => string | undefined
  readonly ask: (message: HostToRuntime) => ReplyQueue<RuntimeReply>
  readonly cancel: (id: number) => void
  readonly kill: () => void
}

const lastReplies: ReadonlySet<string> = new Set(["loaded", "done", "counted", "unloaded", "failed"])
const readyWithinMs = 30_000
const outputTail = 2000

/** Forks `mainPath`. Never throws: a process that can't be started has an ending at once. */
export function runtimeChild(
  mainPath: string,
  environment: Readonly<Record<string, string | undefined>>,
): RuntimeChild {
  const child = fork(mainPath, [], {
    cwd: path.dirname(mainPath),
    env: childEnvironment(environment),
    execArgv: [],
    serialization: "json",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  })
  const open = new Map<number, ReplyQueue<RuntimeReply>>()
  const output = tailOf(child)
  let ending: string | undefined
  let ready = false
  const unsent: HostToRuntime[] = []
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>()
  const readyTimer = setTimeout(() => child.kill("SIGKILL"), readyWithinMs)

  const send = (message: HostToRuntime) => {
    if (!ready) unsent.push(message)
    else if (child.connected) child.send(message, () => {})
  }
  const end = (how: string) => {
    if (ending !== undefined) return
    clearTimeout(readyTimer)
    ending = [how, output()].filter(part => part !== "").join("\n")
    for (const replies of open.values()) replies.fail(new ModelError("runtimeEnded", { said: ending }))
    open.clear()
    isGone()
  }
  child.on("exit", (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`))
  child.on("error", error => {
    if (child.pid === undefined) end(error.message)
  })
  child.on("message", value => {
    const message = parseRuntimeToHost(value)
    if (message === undefined) return
    if (message.type === "ready") {
      ready = true
      clearTimeout(readyTimer)
      for (const waiting of unsent.splice(0)) send(waiting)
      return
    }
    const replies = open.get(message.id)
    replies?.push(message)
    if (!lastReplies.has(message.type)) return
    replies?.end()
    open.delete(message.id)
  })

  return {
    pid: child.pid,
    gone,
    ending: () => ending,
    ask: message => {
      const replies = replyQueue<RuntimeReply>()
      if (ending !== undefined) replies.fail(new ModelError("runtimeEnded", { said: ending }))
      else {
        open.set(message.id, replies)
        send(message)
      }
      return replies
    },
    cancel: id => {
      if (open.has(id)) send({ type: "cancel", id })
    },
    kill: () => child.kill("SIGKILL"),
  }
}

/** The end of what a process writes; anything may stand there, it is shown as what was said and never parsed. */
function tailOf(child: ChildProcess): () => string {
  let tail = ""
  const keep = (chunk: string) => {
    tail = (tail + chunk).slice(-outputTail)
  }
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", keep)
  return () => tail.trim()
}
