// The runtime as the host sees it: something that answers requests, whichever child process is behind it. Starts
// a child at the first request and a fresh one after a crash; one request may fail by a crash, the next works.
import type { HostToRuntime } from "../../protocol/runtimeProtocol.ts"
import { ModelError } from "../modelError.ts"
import { type RuntimeChild, type RuntimeReply, runtimeChild } from "./runtimeChild.ts"

type WithoutId<Message> = Message extends unknown ? Omit<Message, "id"> : never

export type RuntimeRequest = WithoutId<Exclude<HostToRuntime, { type: "cancel" }>>

/** Belongs to one model; who disposes that model disposes it. */
export interface RuntimeProcess {
  /** The child that runs now; undefined before the first request and after `stop` or a crash. */
  readonly pid: number | undefined
  /**
   * Replies up to the last one (`loaded`, `done`, `counted`, `unloaded` or `failed`). Throws
   * ModelError("runtimeEnded") when the child dies meanwhile. After an abort it ends at once, without a last
   * reply; leaving the loop cancels too.
   */
  request(request: RuntimeRequest, signal: AbortSignal): AsyncIterable<RuntimeReply>
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
  /** Told when a child ended that wasn't stopped. */
  readonly onCrash?: (ending: string) => void
}

export function runtimeProcess(options: RuntimeProcessOptions): RuntimeProcess {
  let child: RuntimeChild | undefined
  let disposed = false
  let lastId = 0

  const running = (): RuntimeChild => {
    if (disposed) throw new ModelError("runtimeEnded", { said: "the runtime was disposed of" })
    if (child !== undefined && child.ending() === undefined) return child
    const started = runtimeChild(options.mainPath, options.environment ?? process.env)
    child = started
    void started.gone.then(() => {
      if (child === started) options.onCrash?.(started.ending() ?? "")
    })
    return started
  }
  const stop = async () => {
    const stopping = child
    child = undefined
    stopping?.kill()
    await stopping?.gone
  }

  return {
    get pid() {
      return child?.ending() === undefined ? child?.pid : undefined
    },
    async *request(request, signal) {
      if (signal.aborted) return
      const asked = running()
      const id = ++lastId
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
      }
    },
    stop,
    dispose: () => {
      disposed = true
      void stop()
    },
  }
}
