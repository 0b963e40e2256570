// llama.cpp through node-llama-cpp's raw sequence API; the only importer of that package. Its chat wrappers, chat
// templates, context shifting and session files are never used: prompts come ready from our own renderer.
import { availableParallelism } from "node:os"
import {
  type ControlledEvaluateInputItem,
  getLlama,
  getLlamaGpuTypes,
  InsufficientMemoryError,
  type Llama,
  LlamaLogLevel,
  type LlamaModel,
  NoBinaryFoundError,
  type Token,
} from "node-llama-cpp"
import type { Gpu } from "../protocol/runtimeProtocol.ts"
import { type ControlToken, controlTokens } from "../protocol/segment.ts"
import type { TokenSequence } from "./loadedModel.ts"
import { loadFault } from "./loadFault.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

/** llama.cpp, started for one kind of computing. */
export interface Engine {
  /** undefined: the processor alone. */
  readonly gpu: Gpu | undefined
  readonly devices: readonly string[]
  /** Those that compute at full speed, at most those that this process may use. */
  readonly cores: number
  /** Bytes of all devices. */
  memory(): Promise<{ readonly total: number; readonly free: number }>
  /** Throws modelBroken or outOfMemory; nothing of the model stays in memory then. */
  load(options: EngineLoadOptions): Promise<EngineModel>
  /** Frees the model too. */
  dispose(): Promise<void>
}

export type EngineLoadOptions = {
  readonly modelPath: string
  /** Ignored without a graphics card. A size in tokens: as many layers as leave room for such a context. */
  readonly gpuLayers: number | { readonly contextSize: number }
  readonly onProgress: (fraction: number) => void
  readonly signal: AbortSignal
}

export interface EngineModel {
  readonly trainedContextSize: number
  readonly gpuLayers: number
  readonly controlIds: Readonly<Record<ControlToken, number>>
  encode(text: string): readonly number[]
  decode(tokens: readonly number[]): string
  isOrdinary(token: number): boolean
  /** A context of that many tokens with one sequence. Throws outOfMemory. */
  sequence(options: SequenceOptions): Promise<EngineSequence>
}

export type SequenceOptions = {
  readonly contextSize: number
  readonly batchSize: number
  readonly threads: number
}

export type EngineSequence = TokenSequence & { dispose(): Promise<void> }

/** Those whose drivers are on this computer, the best first; whether they work is another question. */
export async function gpusToTry(): Promise<readonly Gpu[]> {
  return (await getLlamaGpuTypes("supported")).filter(gpu => gpu !== false)
}

/** undefined where no program for it was installed, or it finds no device. Throws noBinary for the processor. */
export async function startEngine(gpu: Gpu | undefined): Promise<Engine | undefined> {
  const log: string[] = []
  const llama = (await startLlama(gpu ?? false, log)) ?? (await processorOfMac(gpu, log))
  if (llama === undefined) {
    if (gpu === undefined) throw new RuntimeFailure("noBinary", log.join("; "))
    return undefined
  }
  const devices = gpu === undefined ? [] : await llama.getGpuDeviceNames()
  if (gpu !== undefined && (llama.gpu !== gpu || devices.length === 0)) {
    await llama.dispose()
    return undefined
  }
  return {
    gpu,
    devices,
    cores: Math.max(1, Math.min(llama.cpuMathCores, availableParallelism())),
    memory: () => llama.getVramState(),
    load: async options => {
      try {
        return engineModel(await loadFile(llama, gpu, options), gpu)
      } catch (error) {
        throw loadFailure(error, log)
      }
    },
    dispose: () => llama.dispose(),
  }
}

async function startLlama(gpu: Gpu | false, log: string[]): Promise<Llama | undefined> {
  try {
    return await getLlama({
      gpu,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      logger: (_level, message) => {
        log.push(message.trim())
        if (log.length > 20) log.shift()
      },
      // No limit here: the context is given its number of threads.
      maxThreads: 0,
    })
  } catch (error) {
    if (!(error instanceof NoBinaryFoundError)) throw error
    log.push(error.message)
    return undefined
  }
}

/** For Apple's chips there is one program, with Metal; without a layer on the graphics card the processor works. */
async function processorOfMac(gpu: Gpu | undefined, log: string[]): Promise<Llama | undefined> {
  return gpu === undefined && process.platform === "darwin" ? startLlama("metal", log) : undefined
}

function loadFile(llama: Llama, gpu: Gpu | undefined, options: EngineLoadOptions): Promise<LlamaModel> {
  const { modelPath, gpuLayers, onProgress, signal } = options
  return llama.loadModel({
    modelPath,
    loadSignal: signal,
    onLoadProgress: onProgress,
    defaultContextSwaFullCache: true,
    gpuLayers: gpu === undefined ? 0 : typeof gpuLayers === "number" ? gpuLayers : { fitContext: gpuLayers },
    // For main memory they count the file twice, and refuse what fits; loadModel has looked.
    ignoreMemorySafetyChecks: gpu === undefined,
  })
}

function loadFailure(error: unknown, log: readonly string[]): unknown {
  if (error instanceof RuntimeFailure || !(error instanceof Error)) return error
  const detail = [error.message, ...log].join("; ")
  const kind = error instanceof InsufficientMemoryError ? "outOfMemory" : loadFault(error.message, log)
  return new RuntimeFailure(kind, detail)
}

function engineModel(model: LlamaModel, gpu: Gpu | undefined): EngineModel {
  return {
    trainedContextSize: model.trainContextSize,
    gpuLayers: model.gpuLayers,
    controlIds: requireControlTokens(model),
    encode: text => model.tokenize(text, false),
    decode: tokens => model.detokenize(toTokens(tokens)),
    isOrdinary: ordinaryTokens(model),
    sequence: async options => {
      try {
        return await tokenSequence(model, options, gpu)
      } catch (error) {
        // A context that llama.cpp can't make is one that there's no memory for.
        throw new RuntimeFailure("outOfMemory", error instanceof Error ? error.message : String(error))
      }
    },
  }
}

/** gpt-oss is meant to be sampled without top-k and top-p (OpenAI's recommendation); the package's defaults cut. */
const untrimmed = { topK: 0, topP: 1, minP: 0 } as const

async function tokenSequence(
  model: LlamaModel,
  { contextSize, batchSize, threads }: SequenceOptions,
  gpu: Gpu | undefined,
): Promise<EngineSequence> {
  const context = await model.createContext({
    contextSize,
    batchSize: Math.min(contextSize, batchSize),
    threads,
    sequences: 1,
    // With the sliding-window cache a prefix would be reused whose window is gone; the full one is exact.
    swaFullCache: true,
    ignoreMemorySafetyChecks: gpu === undefined,
  })
  const sequence = context.getSequence({ contextShift: { strategy: refuseShift } })
  return {
    contextSize: context.contextSize,
    batchSize: context.batchSize,
    matching: tokens => sequence.compareContextTokens(toTokens(tokens)).firstDifferentIndex,
    keepPrefix: async tokens => {
      // `false`: no shifting of cells, which would reuse what was computed for other positions.
      await sequence.adaptStateToTokens(toTokens(tokens), false)
      return sequence.nextTokenIndex
    },
    feed: tokens => sequence.evaluateWithoutGeneratingNewTokens(toTokens(tokens)),
    scores: async tokens => {
      const [last, ...before] = toTokens(tokens).toReversed()
      if (last === undefined) return new Map()
      const generateNext = { probabilities: true, options: { temperature: 1, ...untrimmed } }
      const output = await sequence.controlledEvaluate([...before.toReversed(), [last, { generateNext }]])
      return output.at(-1)?.next.probabilities ?? new Map()
    },
    sample: (tokens, options) =>
      sequence.evaluate(toTokens(tokens), { ...options, ...untrimmed, yieldEogToken: true }),
    sampleEach: async (tokens, options) => {
      const generateNext = { token: true, options: { ...options, ...untrimmed } }
      const output = await sequence.controlledEvaluate(
        toTokens(tokens).map((token): ControlledEvaluateInputItem => [token, { generateNext }]),
      )
      return output.map(item => {
        const token = item?.next.token
        if (token === undefined || token === null) throw new Error("no token was sampled")
        return token
      })
    },
    dropLast: async count => {
      const end = sequence.nextTokenIndex
      await sequence.eraseContextTokenRanges([{ start: end - count, end }])
    },
    dispose: () => context.dispose(),
  }
}

/** Shifting would drop the beginning of the prompt in silence; generateAnswer never lets it come to that. */
function refuseShift(): never {
  throw new RuntimeFailure("contextFull", "the context is full")
}

function requireControlTokens(model: LlamaModel): Record<ControlToken, number> {
  const idOf = (name: ControlToken) => {
    const text = `<|${name}|>`
    const [id, ...more] = model.tokenize(text, true)
    if (id === undefined || more.length > 0 || model.detokenize([id], true) !== text)
      throw new RuntimeFailure("modelUnsuitable", `${text} isn't one token`)
    return id
  }
  const ids = Object.fromEntries(controlTokens.map(name => [name, idOf(name)])) as Record<ControlToken, Token>
  if (model.isEogToken(ids.end))
    throw new RuntimeFailure(
      "modelUnsuitable",
      "<|end|> ends generation in this file, so it would never answer",
    )
  return ids
}

/** Whether a token is text; asked once per token, a call costs as much as a tokenized word. */
function ordinaryTokens(model: LlamaModel): (token: number) => boolean {
  const known = new Map<number, boolean>()
  return token => {
    const answer = known.get(token)
    if (answer !== undefined) return answer
    const attributes = model.getTokenAttributes(token as Token)
    const ordinary = !attributes.control && !attributes.userDefined
    known.set(token, ordinary)
    return ordinary
  }
}

/** The package brands its numbers; ours are the same ids. */
function toTokens(tokens: readonly number[]): Token[] {
  return tokens as Token[]
}
