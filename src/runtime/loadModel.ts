// From a file to a model in memory: header, memory, engine, contexts, and on a graphics card the self-test. What a
// graphics card can't do ends as gpuFailed; the host then starts a child for the processor.
import path from "node:path"
import type { Gpu, GpuChoice } from "../protocol/runtimeProtocol.ts"
import { type GgufHeader, readGgufHeader } from "./ggufHeader.ts"
import { firstPartPath } from "./ggufParts.ts"
import { type Engine, type EngineSequence, gpusToTry, startEngine } from "./llamaEngine.ts"
import type { LoadedModel, TokenSequence } from "./loadedModel.ts"
import { requireMemory } from "./requireMemory.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"
import { selfTest } from "./selfTest.ts"
import { threadChoices } from "./threadChoices.ts"

export type LoadOptions = {
  readonly modelPath: string
  /** In tokens; 0 for the default. Never more than the model was trained on. */
  readonly contextSize: number
  /** Of ghost text's own context; absent or 0 for the default. */
  readonly completionContextSize?: number
  /** 0: chosen by the runtime. */
  readonly threads: number
  /** true is auto, false cpu. */
  readonly gpu: boolean | GpuChoice
  readonly gpuLayers?: number
  /** As an earlier calibration said; absent: 0. */
  readonly draftTokens?: number
}

const defaultContextSize = 16_384
const defaultCompletionContextSize = 4096
/** Ghost text appends a few tokens at a time; a small batch saves the memory of their scores. */
const completionBatchSize = 128
/** Below this a second thread costs more at the barriers than it computes: 28 instead of 2,000 tokens/s. */
const tinyFileBytes = 200_000_000
/** llama.cpp keeps one row of scores per token of a batch; this bounds them (128 tokens at gpt-oss's 201,088). */
const maxScoreBytes = 128 * 201_088 * 4

/** Throws a RuntimeFailure of any of the load kinds. */
export async function loadModel(
  options: LoadOptions,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<LoadedModel> {
  const header = readGgufHeader(options.modelPath)
  const engine = await engineFor(options.gpu)
  try {
    const model = await loadWith(engine, header, options, onProgress, signal)
    if (engine.gpu !== undefined) await selfTest(model)
    return model
  } catch (error) {
    // A graphics card that hangs would keep this from ending too; then the host ends the process.
    if (!isGpuFailure(error)) await engine.dispose()
    throw engine.gpu === undefined || signal.aborted ? error : onGpu(engine.gpu, error)
  }
}

async function engineFor(choice: LoadOptions["gpu"]): Promise<Engine> {
  const gpu = typeof choice !== "boolean" ? choice : choice ? "auto" : "cpu"
  for (const each of gpu === "cpu" ? [] : gpu === "auto" ? await gpusToTry() : [gpu]) {
    const engine = await startEngine(each)
    if (engine !== undefined) return engine
  }
  if (gpu !== "cpu" && gpu !== "auto") throw new RuntimeFailure("gpuFailed", `no ${gpu} device`)
  const engine = await startEngine(undefined)
  if (engine === undefined) throw new RuntimeFailure("noBinary", "no llama.cpp")
  return engine
}

async function loadWith(
  engine: Engine,
  header: GgufHeader,
  options: LoadOptions,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<LoadedModel> {
  const trained = header.trainedContextSize || Number.MAX_SAFE_INTEGER
  const contextSize = Math.min(options.contextSize || defaultContextSize, trained)
  const completionSize = Math.min(options.completionContextSize || defaultCompletionContextSize, trained)
  if (engine.gpu === undefined) requireMemory(header, contextSize + completionSize)
  const { modelPath, gpuLayers = { contextSize: contextSize + completionSize } } = options
  const model = await engine.load({ modelPath: firstPartPath(modelPath), gpuLayers, onProgress, signal })

  const tiny = header.fileSize < tinyFileBytes
  const choices = threadChoices({ asked: options.threads, cores: engine.cores, tiny })
  let threads = choices[0]
  let draftTokens = 0
  const useDraftTokens = (count: number) => {
    draftTokens = count
  }
  useDraftTokens(options.draftTokens ?? 0)
  const batchSize = engine.gpu !== undefined || header.vocabularySize * 2048 <= maxScoreBytes ? 512 : 128
  const makeChat = () => model.sequence({ contextSize, batchSize, threads })
  const makeCompletion = () =>
    model.sequence({ contextSize: completionSize, batchSize: completionBatchSize, threads })
  const chat = renewable(await makeChat())
  let completion: Promise<Renewable> | undefined
  return {
    name: header.name ?? path.basename(modelPath),
    trainedContextSize: header.trainedContextSize || model.trainedContextSize,
    vocabularySize: header.vocabularySize,
    threads: () => threads,
    gpu: engine.gpu ?? "none",
    gpuLayers: engine.gpu === undefined ? 0 : Math.min(model.gpuLayers, header.layers),
    layers: header.layers,
    tiny,
    controlIds: model.controlIds,
    encode: model.encode,
    decode: model.decode,
    isOrdinary: model.isOrdinary,
    chat,
    completion: () => {
      completion ??= makeCompletion()
        .then(renewable)
        .catch((error: unknown) => {
          completion = undefined
          throw error
        })
      return completion
    },
    threadChoices: choices,
    scratch: threads => model.sequence({ contextSize: 512, batchSize, threads }),
    useThreads: async wanted => {
      if (wanted === threads) return
      threads = wanted
      chat.renewLater(makeChat)
      const made = await completion
      made?.renewLater(makeCompletion)
    },
    draftTokens: () => draftTokens,
    useDraftTokens,
    unload: () => engine.dispose(),
  }
}

type Renewable = TokenSequence & { renewLater(make: () => Promise<EngineSequence>): void }

/**
 * A sequence whose context can be made anew; who holds it doesn't notice. That waits for a prompt that uses little of
 * what is evaluated: a long conversation would have to be read again.
 */
function renewable(first: EngineSequence): Renewable {
  let current = first
  let pending: (() => Promise<EngineSequence>) | undefined
  const renew = async (make: () => Promise<EngineSequence>) => {
    pending = undefined
    try {
      const next = await make()
      await current.dispose()
      current = next
    } catch {
      // There is no room for another: the one that works stays.
    }
  }
  return {
    contextSize: first.contextSize,
    batchSize: first.batchSize,
    matching: tokens => current.matching(tokens),
    keepPrefix: async tokens => {
      if (pending !== undefined && current.matching(tokens) < tokens.length / 2) await renew(pending)
      return current.keepPrefix(tokens)
    },
    feed: tokens => current.feed(tokens),
    scores: tokens => current.scores(tokens),
    sample: (tokens, options) => current.sample(tokens, options),
    sampleEach: (tokens, options) => current.sampleEach(tokens, options),
    dropLast: count => current.dropLast(count),
    renewLater: make => {
      pending = make
    },
  }
}

function isGpuFailure(error: unknown): boolean {
  return error instanceof RuntimeFailure && error.kind === "gpuFailed"
}

/** What may be the card's fault; a file that is no gpt-oss model isn't. */
function onGpu(gpu: Gpu, error: unknown): unknown {
  if (error instanceof RuntimeFailure && error.kind !== "modelBroken" && error.kind !== "outOfMemory")
    return error
  return new RuntimeFailure("gpuFailed", `${gpu}: ${error instanceof Error ? error.message : String(error)}`)
}
