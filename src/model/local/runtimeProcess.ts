// The runtime as the host sees it: something that answers requests, whichever child process is behind it. Starts
// a child at the first request, a fresh one after a crash, and ends one that nobody needs; one request may fail by a
// crash, the next works, unless the model kills its process every time.
import type { HostToRuntime } from "../../protocol/runtimeProtocol.ts"
import { ModelError } from "../modelError.ts"
import type { CudaPlace } from "./childEnvironment.ts"
import { crashLimits, crashLoop } from "./crashLoop.ts"
import { idleTimer } from "./idleTimer.ts"
import {
  type RuntimeChild,
  type RuntimeEnding,
  type RuntimeReply,
  runtimeChild,
  type WatchLimits,
} from "./runtimeChild.ts"

type WithoutId<Message> = Message extends unknown ? Omit<Message, "id"> : never

export type RuntimeRequest = WithoutId<Exclude<HostToRuntime, { type: "cancel" }>>

/** Belongs to one model; who disposes that model disposes it. */
export interface RuntimeProcess {
  /** The child that runs now; undefined before the first request and after `stop` or a crash. */
  readonly pid: number | undefined
  /** How the last child ended that wasn't stopped; undefined before the first. */
  readonly crash: Crash | undefined
  /**
   * Replies up to the last one (`loaded`, `done`, `counted`, `unloaded` or `failed`). Throws
   * ModelError("runtimeEnded") when the child dies meanwhile, "outOfMemory" when it says that memory is why, "noBinary"
   * when it can't be started. After an abort it ends at once, without a last reply; leaving the loop cancels too.
   * Waits while a child that was stopped isn't gone: both together may be more than there is memory for.
   *
   * After three deaths within five minutes, all while loading, it starts no child any more and throws "keepsEnding".
   */
  request(request: RuntimeRequest, signal: AbortSignal): AsyncIterable<RuntimeReply>
  /** The user asks for another try: deaths so far are forgotten. */
  allowStart(): void
  /** Ends the child and frees its memory; open requests fail with `why`. Resolves when the process is gone. */
  stop(why?: string): Promise<void>
  /** The next request gets a fresh child, once what is asked now is answered. */
  renew(): void
  /** Like `stop`, and no further child is started. */
  dispose(why?: string): Promise<void>
}

export type Crash = RuntimeEnding & { readonly pid: number | undefined }

export type RuntimeProcessOptions = {
  /** The built entry of the runtime, `dist/runtime/main.mjs`. */
  readonly mainPath: string
  /** What the child's environment is chosen from. Default: this process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Asked whenever a child is started. Undefined: it computes without CUDA. */
  readonly cuda?: () => CudaPlace | undefined
  /**
   * Milliseconds without a request after which the child is ended. Absent or 0: never. A function is asked again once
   * a minute while the child is idle.
   */
  readonly idleMs?: number | (() => number)
  readonly onStart?: (pid: number) => void
  /** Told when a child is gone, whatever ended it. */
  readonly onGone?: (pid: number) => void
  /** Told when a child ended that wasn't stopped. */
  readonly onCrash?: (ending: string) => void
  /** When a child counts as hanging. */
  readonly watch?: WatchLimits
  /** Milliseconds. */
  readonly now?: () => number
}

export function runtimeProcess(options: RuntimeProcessOptions): RuntimeProcess {
  let child: RuntimeChild | undefined
  /** Why it starts no child any more. */
  let disposed: string | undefined
  let crash: Crash | undefined
  let lastId = 0
  let open = 0
  /** Until the child that is to be renewed has answered everything. */
  let lastAnswers: PromiseWithResolvers<void> | undefined
  /** Until the children that were stopped are gone. */
  let leaving: Promise<unknown> | undefined
  const idle = idleTimer({
    limit() {
      if (child === undefined || child.ending() !== undefined) return undefined
      return typeof options.idleMs === "function" ? options.idleMs() : (options.idleMs ?? 0)
    },
    onIdle: () => void stop("nobody needed it"),
  })
  const crashes = crashLoop(crashLimits, options.now ?? (() => performance.now()))

  const running = (): RuntimeChild => {
    if (disposed !== undefined) throw new ModelError("runtimeEnded", { said: disposed })
    if (child !== undefined && child.ending() === undefined) return child
    const stopped = crashes.stopped()
    if (stopped !== undefined)
      throw new ModelError("keepsEnding", { said: `${stopped}\n${crash?.said ?? ""}`.trim() })
    child = start()
    return child
  }
  const start = () => {
    const environment = options.environment ?? process.env
    const started = runtimeChild(options.mainPath, environment, options.watch, options.cuda?.())
    const { pid } = started
    if (pid !== undefined) options.onStart?.(pid)
    void started.gone.then(() => {
      if (pid !== undefined) options.onGone?.(pid)
      const ending = started.ending()
      if (child !== started || ending === undefined) return
      crash = { ...ending, pid }
      endWait()
      // Without a program no process runs, however often it is tried.
      if (ending.early && ending.kind !== "noBinary") crashes.died()
      options.onCrash?.(ending.said)
    })
    return started
  }
  const endWait = () => {
    lastAnswers?.resolve()
    lastAnswers = undefined
  }
  const stop = async (why = "it was taken out of memory") => {
    const stopping = child
    child = undefined
    endWait()
    stopping?.kill(why)
    const gone = Promise.all([leaving, stopping?.gone])
    leaving = gone
    await gone
    if (leaving === gone) leaving = undefined
  }
  const inTheWay = () => lastAnswers?.promise ?? leaving
  const answered = () => {
    if (open > 0) return
    if (lastAnswers === undefined) idle.start()
    else void stop()
  }

  return {
    get pid() {
      return child?.ending() === undefined ? child?.pid : undefined
    },
    get crash() {
      return crash
    },
    async *request(request, signal) {
      for (let wait = inTheWay(); wait !== undefined && !signal.aborted; wait = inTheWay())
        await Promise.race([wait, aborted(signal)])
      if (signal.aborted) return
      const asked = running()
      const id = ++lastId
      idle.stop()
      open++
      const replies = asked.ask({ ...request, id })
      const leave = () => replies.end()
      signal.addEventListener("abort", leave, { once: true })
      try {
        for await (const reply of replies) {
          if (signal.aborted) return
          yield reply
        }
      } finally {
        signal.removeEventListener("abort", leave)
        // Does nothing for a request that is answered.
        asked.cancel(id)
        open--
        answered()
      }
    },
    allowStart: () => crashes.forget(),
    stop,
    renew() {
      if (open === 0 || child?.ending() !== undefined) void stop()
      else lastAnswers ??= Promise.withResolvers()
    },
    dispose(why = "the model was closed") {
      disposed = why
      idle.stop()
      return stop(why)
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener("abort", () => resolve(), { once: true }))
}
