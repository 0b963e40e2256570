// Brings the model into the runtime once per child process, however many requests wait for it. A load that its
// first asker gave up goes on: the next one needs it too.
import type { RuntimeFailure } from "../../protocol/runtimeProtocol.ts"
import { ModelError } from "../modelError.ts"
import { type ReplyQueue, replyQueue } from "./replyQueue.ts"
import type { RuntimeProcess, RuntimeRequest } from "./runtimeProcess.ts"

export interface ModelLoader {
  /** Whether the child that runs now has the model. */
  readonly isLoaded: () => boolean
  /** Fractions while it loads, none if it is there; then it is. Throws ModelError; ends early after an abort. */
  load(signal: AbortSignal): AsyncIterable<number>
  /** The child said it has no model. */
  forget(): void
}

export function modelLoader(
  runtime: RuntimeProcess,
  request: Extract<RuntimeRequest, { type: "load" }>,
  subject: string,
): ModelLoader {
  let loadedPid: number | undefined
  let askers: Set<ReplyQueue<number>> | undefined
  let fraction = 0

  const isLoaded = () => loadedPid !== undefined && loadedPid === runtime.pid

  const run = async (waiting: Set<ReplyQueue<number>>) => {
    try {
      for await (const reply of runtime.request(request, new AbortController().signal)) {
        if (reply.type === "failed") throw failure(reply.kind, reply.detail, subject)
        if (reply.type !== "loading") continue
        fraction = reply.fraction
        for (const asker of waiting) asker.push(fraction)
      }
      loadedPid = runtime.pid
      askers = undefined
      for (const asker of waiting) asker.end()
    } catch (error) {
      askers = undefined
      for (const asker of waiting) asker.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  return {
    isLoaded,
    forget: () => {
      loadedPid = undefined
    },
    async *load(signal) {
      if (isLoaded() || signal.aborted) return
      const asker = replyQueue<number>()
      if (askers === undefined) {
        askers = new Set([asker])
        fraction = 0
        void run(askers)
      } else {
        askers.add(asker)
        asker.push(fraction)
      }
      const leave = () => asker.end()
      signal.addEventListener("abort", leave, { once: true })
      try {
        yield* asker
      } finally {
        signal.removeEventListener("abort", leave)
      }
    },
  }
}

/** What the runtime reports, as the error that the rest of the product knows. */
export function failure(kind: RuntimeFailure, detail: string, subject: string): ModelError {
  const known = kind === "busy" || kind === "noModel" ? "internal" : kind
  return new ModelError(known, { subject, said: `${kind}: ${detail}` })
}
