// The runtime as the host sees it: something that answers requests, whichever child process is behind it. Starts
// a child at the first request, a fresh one after a crash, and ends one that nobody needs; one request may fail by a
// crash, the next works, unless the model kills its process every time.
import type { HostToRuntime } from "../../protocol/runtimeProtocol.ts"
import { ModelError } from "../modelError.ts"
import { crashLimits, crashLoop } from "./crashLoop.ts"
import { type RuntimeChild, type RuntimeReply, runtimeChild, type WatchLimits } from "./runtimeChild.ts"

type WithoutId<Message> = Message extends unknown ? Omit<Message, "id"> : never

export type RuntimeRequest = WithoutId<Exclude<HostToRuntime, { type: "cancel" }>>

/** Belongs to one model; who disposes that model disposes it. */
export interface RuntimeProcess {
  /** The child that runs now; undefined before the first request and after `stop` or a crash. */
  readonly pid: number | undefined
  /**
   * Replies up to the last one (`loaded`, `done`, `counted`, `unloaded` or `failed`). Throws
   * ModelError("runtimeEnded") when the child dies meanwhile, "keepsEnding" when it did so too often, "noBinary" when it can't be started. After an abort it
   * ends at once, without a last reply; leaving the loop cancels too.
   *
   * After three deaths within five minutes, all while loading, it starts no child any more and throws at once.
   */
  request(request: RuntimeRequest, signal: AbortSignal): AsyncIterable<RuntimeReply>
  /** The user asks for another try: deaths so far are forgotten. */
  allowStart(): void
  /** Ends the child and frees its memory; open requests fail. Resolves when the process is gone. */
  stop(): Promise<void>
  /** Like `stop`, and no further child is started. */
  dispose(): void
}

export type RuntimeProcessOptions = {
  /** The built entry of the runtime, `dist/runtime/main.mjs`. */
  readonly mainPath: string
  /** What the child's environment is chosen from. Default: this process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Milliseconds without a request after which the child is ended. Absent or 0: never. */
  readonly idleMs?: number
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
  let disposed = false
  let lastId = 0
  let open = 0
  let idle: ReturnType<typeof setTimeout> | undefined
  const crashes = crashLoop(crashLimits, options.now ?? (() => performance.now()))

  const running = (): RuntimeChild => {
    if (disposed) throw new ModelError("runtimeEnded", { said: "the runtime was disposed of" })
    if (child !== undefined && child.ending() === undefined) return child
    const stopped = crashes.stopped()
    if (stopped !== undefined)
      throw new ModelError("keepsEnding", { said: `${stopped}\n${child?.ending()?.said ?? ""}`.trim() })
    child = start()
    return child
  }
  const start = () => {
    const started = runtimeChild(options.mainPath, options.environment ?? process.env, options.watch)
    const { pid } = started
    if (pid !== undefined) options.onStart?.(pid)
    void started.gone.then(() => {
      if (pid !== undefined) options.onGone?.(pid)
      const ending = started.ending()
      if (child !== started || ending === undefined) return
      if (ending.early && ending.kind === "runtimeEnded") crashes.died()
      options.onCrash?.(ending.said)
    })
    return started
  }
  const stop = async () => {
    const stopping = child
    child = undefined
    stopping?.kill()
    await stopping?.gone
  }
  const wait = () => {
    if (!options.idleMs || open > 0) return
    idle = setTimeout(() => void stop(), options.idleMs)
    idle.unref()
  }

  return {
    get pid() {
      return child?.ending() === undefined ? child?.pid : undefined
    },
    async *request(request, signal) {
      if (signal.aborted) return
      const asked = running()
      const id = ++lastId
      clearTimeout(idle)
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
        wait()
      }
    },
    allowStart: () => crashes.forget(),
    stop,
    dispose: () => {
      disposed = true
      clearTimeout(idle)
      void stop()
    },
  }
}
