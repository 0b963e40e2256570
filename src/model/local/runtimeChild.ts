// One life of the runtime child process: from fork to exit. Sends what it is told once the child says "ready",
// hands replies to the request they belong to, ends a child that hangs or talks nonsense, and fails every open
// request when the process ends.
import { type ChildProcess, fork } from "node:child_process"
import { existsSync } from "node:fs"
import path from "node:path"
import { tellsMemoryShortage } from "../../base/memoryShortage.ts"
import { type HostToRuntime, parseRuntimeToHost, type RuntimeToHost } from "../../protocol/runtimeProtocol.ts"
import { ModelError, type ModelErrorKind } from "../modelError.ts"
import { guardChannel } from "./channelGuard.ts"
import { type CudaPlace, childEnvironment } from "./childEnvironment.ts"
import { earlyMs } from "./crashLoop.ts"
import { heartbeat } from "./heartbeat.ts"
import { type ProgressLimits, progressLimits, progressWatch } from "./progressWatch.ts"
import { type ReplyQueue, replyQueue } from "./replyQueue.ts"

export type RuntimeReply = Extract<RuntimeToHost, { readonly id: number }>

export type RuntimeChild = {
  readonly pid: number | undefined
  /** Resolves when the process is gone, or is given up because nothing ends it. Never rejects. */
  readonly gone: Promise<void>
  /** Why requests fail: "exit code 1" or why it was ended, with the last lines it wrote; undefined while it runs. */
  readonly ending: () => RuntimeEnding | undefined
  readonly ask: (message: HostToRuntime) => ReplyQueue<RuntimeReply>
  readonly cancel: (id: number) => void
  /** `why` is what requests fail with. */
  readonly kill: (why?: string) => void
}

export type RuntimeEnding = {
  readonly kind: Extract<ModelErrorKind, "runtimeEnded" | "noBinary" | "outOfMemory">
  readonly said: string
  /** It died before it was of any use: while it started or loaded a model, or shortly after. */
  readonly early: boolean
  /** From outside, so it is no fault of what it did: mostly the system, which wants memory back. */
  readonly killed: boolean
}

export type WatchLimits = ProgressLimits & {
  /** Between two signs of life; after four of them without one the process is ended. Milliseconds. */
  readonly tickMs: number
  /** After which a process that was killed and isn't gone is given up. Milliseconds. */
  readonly killMs: number
}

/** A process that hangs is found within 12 s. */
export const watchLimits: WatchLimits = { ...progressLimits, tickMs: 3000, killMs: 3000 }

const lastReplies: ReadonlySet<string> = new Set([
  "loaded",
  "done",
  "counted",
  "unloaded",
  "inspected",
  "probed",
  "calibrated",
  "pong",
  "failed",
])
const readyWithinMs = 30_000
const outputTail = 2000
/** Messages that are none, or that nobody reads any more: more than this and the child is out of its mind. */
const maxNonsense = 1000
const maxUnread = 20_000
const nonsenseSaid = "it sent what isn't a message"

const causes: Readonly<Record<string, string>> = {
  SIGKILL: "the system does this when memory runs out",
  SIGBUS: "a file was cut off, the model's or one of Osprey's own, or its disk failed",
}

/** Request 0 is nobody's. */
const signOfLife: HostToRuntime = { type: "ping", id: 0 }

/** Forks `mainPath`. Never throws: a process that can't be started has an ending at once. */
export function runtimeChild(
  mainPath: string,
  environment: Readonly<Record<string, string | undefined>>,
  limits: WatchLimits = watchLimits,
  cuda?: CudaPlace,
): RuntimeChild {
  if (!existsSync(mainPath)) return neverStarted(`${path.basename(mainPath)} is missing`)
  let child: ChildProcess
  try {
    child = fork(mainPath, [], {
      cwd: path.dirname(mainPath),
      env: childEnvironment(environment, cuda),
      execArgv: [],
      serialization: "json",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    })
  } catch (error) {
    // Too little memory, or too large an environment: Node throws for some reasons and sends "error" for others.
    const said = String(error)
    return neverStarted(said, /ENOMEM/.test(said) ? "outOfMemory" : "runtimeEnded")
  }
  const open = new Map<number, ReplyQueue<RuntimeReply>>()
  const output = tailOf(child)
  let ending: RuntimeEnding | undefined
  let reason = ""
  let ready = false
  let nonsense = 0
  const loads = new Set<number>()
  let loadedAt: number | undefined
  const unsent: HostToRuntime[] = []
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>()
  let givingUp: ReturnType<typeof setTimeout> | undefined

  const kill = (why = "it was ended") => {
    if (ending !== undefined) return
    reason ||= why
    child.kill("SIGKILL")
    givingUp ??= setTimeout(giveUp, limits.killMs)
  }
  const readyTimer = setTimeout(() => kill("it didn't start"), readyWithinMs)
  const work = progressWatch(limits)
  const life = heartbeat({
    tickMs: limits.tickMs,
    ask() {
      if (ready) send(signOfLife)
      else life.heard()
      const stalled = work.passed(limits.tickMs)
      if (stalled !== undefined) kill(`it got no further for ${Math.round(stalled / 1000)} s`)
    },
    onSilence: () => kill("it gave no sign of life"),
  })

  const send = (message: HostToRuntime) => {
    if (!ready) unsent.push(message)
    else if (child.connected) child.send(message, () => {})
  }
  const end = (how: string, kind: RuntimeEnding["kind"] = "runtimeEnded", killed = false) => {
    if (ending !== undefined) return
    clearTimeout(readyTimer)
    clearTimeout(givingUp)
    life.stop()
    const early =
      !ready || loads.size > 0 || (loadedAt !== undefined && performance.now() - loadedAt < earlyMs)
    const lines = output()
    const said = [how, lines].filter(part => part !== "").join("\n")
    ending = { kind: tellsMemoryShortage(lines) ? "outOfMemory" : kind, said, early, killed }
    // First, so that a death is counted before anybody asks again.
    isGone()
    for (const replies of open.values()) replies.fail(new ModelError(ending.kind, { said }))
    open.clear()
  }
  child.on("exit", (code, signal) => {
    if (signal === "SIGKILL" && reason !== "") {
      end(reason)
      return
    }
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`
    const cause = reason || causes[signal ?? ""]
    end([how, cause].filter(Boolean).join("\n"), "runtimeEnded", signal === "SIGKILL")
  })
  child.on("error", error => {
    if (child.pid === undefined) end(error.message, "noBinary")
  })
  guardChannel(child, () => kill(nonsenseSaid))
  child.on("message", value => {
    const message = parseRuntimeToHost(value)
    if (message === undefined) {
      if (++nonsense > maxNonsense) kill(nonsenseSaid)
      return
    }
    life.heard()
    if (message.type === "ready") becameReady()
    else if ("id" in message) replied(message)
  })

  /** It is in the kernel, in a driver's call that can't be interrupted. What it holds comes back when that returns. */
  function giveUp(): void {
    end(`${reason}\nits process can't be ended`)
    if (child.connected) child.disconnect()
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
    child.unref()
  }

  function becameReady(): void {
    ready = true
    clearTimeout(readyTimer)
    for (const waiting of unsent.splice(0)) send(waiting)
  }

  function replied(message: RuntimeReply): void {
    const replies = open.get(message.id)
    work.stepped(message.id)
    replies?.push(message)
    if ((replies?.unread() ?? 0) > maxUnread) kill("it sent more than can be read")
    if (!lastReplies.has(message.type)) return
    if (message.type === "loaded") loadedAt = performance.now()
    loads.delete(message.id)
    work.ended(message.id)
    replies?.end()
    open.delete(message.id)
  }

  return {
    pid: child.pid,
    gone,
    ending: () => ending,
    ask: message => {
      const replies = replyQueue<RuntimeReply>()
      if (ending !== undefined) replies.fail(new ModelError(ending.kind, { said: ending.said }))
      else {
        open.set(message.id, replies)
        if (message.type === "load") loads.add(message.id)
        const kind = workOf(message)
        if (kind !== undefined) work.began(message.id, kind)
        send(message)
      }
      return replies
    },
    cancel: id => {
      if (open.has(id)) send({ type: "cancel", id })
    },
    kill,
  }
}

/** Undefined: it shows no progress. Measuring gives way to everybody, so it may take any time. */
function workOf({ type }: HostToRuntime): "load" | "generate" | "other" | undefined {
  if (type === "load" || type === "generate") return type
  return type === "unload" || type === "probe" ? "other" : undefined
}

function neverStarted(why: string, kind: RuntimeEnding["kind"] = "noBinary"): RuntimeChild {
  const ending: RuntimeEnding = { kind, said: why, early: true, killed: false }
  return {
    pid: undefined,
    gone: Promise.resolve(),
    ending: () => ending,
    ask: () => {
      const replies = replyQueue<RuntimeReply>()
      replies.fail(new ModelError(ending.kind, { said: why }))
      return replies
    },
    cancel: () => {},
    kill: () => {},
  }
}

/**
 * The end of what a process writes, without what the package says at every start. Anything may stand there, it is
 * shown as what was said.
 */
function tailOf(child: ChildProcess): () => string {
  let tail = ""
  const keep = (chunk: string) => {
    tail = (tail + chunk).slice(-outputTail)
  }
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", keep)
  const lines = () => tail.split("\n").filter(line => !line.startsWith("[node-llama-cpp]"))
  return () => lines().join("\n").trim()
}
