// Brings the model into the runtime once per child process, however many requests wait for it. A load that its
// first asker gave up goes on: the next one needs it too. A graphics card that doesn't do it, or takes the process down,
// is left for another way to use it, and in the end for the processor.
import type { Gpu, GpuChoice } from "../../protocol/runtimeProtocol.ts"
import { ModelError } from "../modelError.ts"
import { type ReplyQueue, replyQueue } from "./replyQueue.ts"
import type { RuntimeReply } from "./runtimeChild.ts"
import type { Crash, RuntimeProcess, RuntimeRequest } from "./runtimeProcess.ts"

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
  /** Asked before each try, with what is to compute; throws a ModelError to prevent it. */
  readonly beforeLoad?: (gpu: LoadRequest["gpu"]) => Promise<void>
  /** The process that has the model now; undefined: it couldn't be loaded. */
  readonly afterLoad?: (pid: number | undefined) => void
  /**
   * What graphics cards do of what was asked for, the best first, found out in a process that may die of it; none: the
   * processor it is. Asked unless `gpu` is the processor.
   */
  readonly gpus?: () => Promise<readonly Gpu[]>
  /** Another number than at the last load: a graphics card that was given up is tried again. */
  readonly gpuRound?: () => number
  /** What an earlier calibration found best there, asked at each load; instead of what was asked for at first. */
  readonly tuned?: (gpu: LoadRequest["gpu"]) => Partial<Pick<LoadRequest, "threads" | "draftTokens">>
  readonly onLoaded?: (facts: LoadedFacts) => void
  /** The graphics card failed; `next` does it from now on. `detail` is for the log. */
  readonly onGpuFailed?: (detail: string, next: LoadRequest["gpu"]) => void
}

type Failed = Extract<RuntimeReply, { type: "failed" }>

type LoadRequest = Extract<RuntimeRequest, { type: "load" }>

export function modelLoader(
  runtime: RuntimeProcess,
  request: LoadRequest,
  subject: string,
  { beforeLoad, afterLoad, gpus, gpuRound, tuned, onLoaded, onGpuFailed }: LoadHooks = {},
): ModelLoader {
  let loadedPid: number | undefined
  let facts: LoadedFacts | undefined
  let askers: Set<ReplyQueue<number>> | undefined
  let fraction = 0
  /** Of the last load. */
  let gpu: LoadRequest["gpu"] = request.gpu
  const given = new Set<LoadRequest["gpu"]>()
  let round = gpuRound?.()

  const isLoaded = () => loadedPid !== undefined && loadedPid === runtime.pid

  const loadOnce = async (waiting: Set<ReplyQueue<number>>) => {
    const asked = { ...request, ...tuned?.(gpu), gpu }
    for await (const reply of runtime.request(asked, new AbortController().signal)) {
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
  /** What the graphics card did wrong; undefined: the model is there. */
  const gpuFault = async (waiting: Set<ReplyQueue<number>>): Promise<string | undefined> => {
    const before = runtime.crash
    try {
      const failed = await loadOnce(waiting)
      if (failed === undefined) return undefined
      // What it holds goes with it, a driver is in it for good, and llama.cpp tells only a first failure's reason.
      await runtime.stop()
      if (failed.kind === "gpuFailed" && usesGpu(gpu)) return failed.detail
      throw failure(failed, subject)
    } catch (error) {
      const { crash } = runtime
      if (crash === before || !isGpuCrash(crash) || !usesGpu(gpu)) throw error
      return crash.said
    }
  }
  /** What it is tried with, one after the other. */
  const choices = async () => {
    if (!usesGpu(request.gpu)) return [request.gpu]
    const found = (await gpus?.()) ?? [request.gpu]
    if (gpuRound?.() !== round) given.clear()
    round = gpuRound?.()
    return [...found.filter(each => !given.has(each)), "cpu" as const]
  }
  const load = async (waiting: Set<ReplyQueue<number>>) => {
    const { crash } = runtime
    const isLate = isGpuCrash(crash) && crash.pid === loadedPid && usesGpu(gpu) && facts?.gpu !== "none"
    let fault = isLate ? crash.said : undefined
    loadedPid = undefined
    if (isLate) given.add(gpu)
    for (const choice of await choices()) {
      if (fault !== undefined) onGpuFailed?.(fault, choice)
      gpu = choice
      await beforeLoad?.(gpu)
      fault = await gpuFault(waiting)
      if (fault === undefined) break
      given.add(gpu)
    }
    loadedPid = runtime.pid
  }
  const run = async (waiting: Set<ReplyQueue<number>>) => {
    try {
      await load(waiting)
      afterLoad?.(loadedPid)
      askers = undefined
      for (const asker of waiting) asker.end()
      if (facts !== undefined) onLoaded?.(facts)
    } catch (error) {
      afterLoad?.(undefined)
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
export function failure(failed: Failed, subject: string): ModelError {
  const { kind, detail, promptTokens: needed, contextSize: available } = failed
  const known = kind === "busy" || kind === "noModel" || kind === "gpuFailed" ? "internal" : kind
  const tokens = needed === undefined || available === undefined ? {} : { tokens: { needed, available } }
  // Of a model in parts the one that is missing or damaged is named.
  const part = /^([^/\\:]+\.gguf): /.exec(detail)?.[1]
  return new ModelError(known, { subject: part ?? subject, said: `${kind}: ${detail}`, ...tokens })
}

/** A driver that takes its process down does so by itself, at the first work. */
function isGpuCrash(crash: Crash | undefined): crash is Crash {
  return crash?.early === true && !crash.killed && crash.kind !== "noBinary"
}

function usesGpu(gpu: boolean | GpuChoice): boolean {
  return gpu !== false && gpu !== "cpu"
}
