// Brings the model into the runtime once per child process, however many requests wait for it. A load that its
// first asker gave up goes on: the next one needs it too. A graphics card that doesn't do it is left for the processor.
import type { GpuChoice, RuntimeFailure } from "../../protocol/runtimeProtocol.ts"
import { ModelError } from "../modelError.ts"
import { type ReplyQueue, replyQueue } from "./replyQueue.ts"
import type { RuntimeReply } from "./runtimeChild.ts"
import type { RuntimeProcess, RuntimeRequest } from "./runtimeProcess.ts"

export interface ModelLoader {
  /** Whether the child that runs now has the model. */
  readonly isLoaded: () => boolean
  /** What the last load brought; undefined before the first. */
  readonly facts: () => LoadedFacts | undefined
  /** Fractions while it loads, none if it is there; then it is. Throws ModelError; ends early after an abort. */
  load(signal: AbortSignal): AsyncIterable<number>
  /** The child said it has no model. */
  forget(): void
}

export type LoadedFacts = Omit<Extract<RuntimeReply, { type: "loaded" }>, "type" | "id">

export type LoadHooks = {
  /** Asked before each load; throws a ModelError to prevent it. */
  readonly beforeLoad?: () => Promise<void>
  /** Whether a graphics card works here, found out in a process that may die of it. Asked unless `gpu` is the processor. */
  readonly gpuWorks?: () => Promise<boolean>
  readonly onLoaded?: (facts: LoadedFacts) => void
  /** The graphics card failed; the processor does it from now on. `detail` is for the log. */
  readonly onGpuFailed?: (detail: string) => void
}

type LoadRequest = Extract<RuntimeRequest, { type: "load" }>

export function modelLoader(
  runtime: RuntimeProcess,
  request: LoadRequest,
  subject: string,
  { beforeLoad, gpuWorks, onLoaded, onGpuFailed }: LoadHooks = {},
): ModelLoader {
  let loadedPid: number | undefined
  let facts: LoadedFacts | undefined
  let askers: Set<ReplyQueue<number>> | undefined
  let fraction = 0
  let gpu: LoadRequest["gpu"] = request.gpu

  const isLoaded = () => loadedPid !== undefined && loadedPid === runtime.pid

  const loadOnce = async (waiting: Set<ReplyQueue<number>>) => {
    for await (const reply of runtime.request({ ...request, gpu }, new AbortController().signal)) {
      if (reply.type === "failed") return reply
      if (reply.type === "loaded") {
        const { type: _type, id: _id, ...brought } = reply
        facts = brought
      }
      if (reply.type !== "loading") continue
      fraction = reply.fraction
      for (const asker of waiting) asker.push(fraction)
    }
    return undefined
  }
  const run = async (waiting: Set<ReplyQueue<number>>) => {
    try {
      await beforeLoad?.()
      if (usesGpu(gpu) && (await gpuWorks?.()) === false) gpu = "cpu"
      let failed = await loadOnce(waiting)
      if (failed?.kind === "gpuFailed" && usesGpu(gpu)) {
        gpu = "cpu"
        onGpuFailed?.(failed.detail)
        // Its driver is in this process for good.
        await runtime.stop()
        failed = await loadOnce(waiting)
      }
      if (failed !== undefined) throw failure(failed.kind, failed.detail, subject)
      loadedPid = runtime.pid
      askers = undefined
      for (const asker of waiting) asker.end()
      if (facts !== undefined) onLoaded?.(facts)
    } catch (error) {
      askers = undefined
      for (const asker of waiting) asker.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  return {
    isLoaded,
    facts: () => facts,
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
  const known = kind === "busy" || kind === "noModel" || kind === "gpuFailed" ? "internal" : kind
  return new ModelError(known, { subject, said: `${kind}: ${detail}` })
}

function usesGpu(gpu: boolean | GpuChoice): boolean {
  return gpu !== false && gpu !== "cpu"
}
