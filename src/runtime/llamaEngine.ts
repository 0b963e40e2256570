// llama.cpp through node-llama-cpp's raw sequence API; the only importer of that package. Its chat wrappers, chat
// templates, context shifting and session files are never used: prompts come ready from our own renderer.
import { availableParallelism } from "node:os"
import path from "node:path"
import {
  getLlama,
  InsufficientMemoryError,
  type Llama,
  LlamaLogLevel,
  type LlamaModel,
  NoBinaryFoundError,
  type Token,
} from "node-llama-cpp"
import { type ControlToken, controlTokens } from "../protocol/segment.ts"
import { type GgufHeader, readGgufHeader } from "./ggufHeader.ts"
import type { LoadedModel, TokenSequence } from "./loadedModel.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type LoadOptions = {
  readonly modelPath: string
  /** In tokens; 0 for the default. Never more than the model was trained on. */
  readonly contextSize: number
  /** Of ghost text's own context; absent or 0 for the default. */
  readonly completionContextSize?: number
  /** 0: chosen by the runtime. */
  readonly threads: number
  readonly gpu: boolean
}

const defaultContextSize = 16_384
const defaultCompletionContextSize = 4096
/** Ghost text appends a few tokens at a time; a small batch saves the memory of their scores. */
const completionBatchSize = 128
/** Below this a second thread costs more at the barriers than it computes: 28 instead of 2,000 tokens/s. */
const tinyFileBytes = 200_000_000
/** llama.cpp keeps one row of scores per token of a batch; this bounds them (128 tokens at gpt-oss's 201,088). */
const maxScoreBytes = 128 * 201_088 * 4

/** Throws a RuntimeFailure of any of the load kinds; nothing stays in memory then. */
export async function loadModel(
  options: LoadOptions,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<LoadedModel> {
  const header = readGgufHeader(options.modelPath)
  const log: string[] = []
  const llama = await startLlama(options.gpu, log)
  try {
    const model = await llama.loadModel({
      modelPath: options.modelPath,
      loadSignal: signal,
      onLoadProgress: onProgress,
      defaultContextSwaFullCache: true,
    })
    return await withContexts(llama, model, header, options)
  } catch (error) {
    await llama.dispose()
    throw loadFailure(error, log)
  }
}

async function startLlama(gpu: boolean, log: string[]): Promise<Llama> {
  try {
    return await getLlama({
      gpu: gpu ? "auto" : false,
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
    if (error instanceof NoBinaryFoundError) throw new RuntimeFailure("noBinary", error.message)
    throw error
  }
}

function loadFailure(error: unknown, log: readonly string[]): unknown {
  if (error instanceof RuntimeFailure || !(error instanceof Error)) return error
  const detail = [error.message, ...log].join("; ")
  return new RuntimeFailure(error instanceof InsufficientMemoryError ? "outOfMemory" : "modelBroken", detail)
}

async function withContexts(
  llama: Llama,
  model: LlamaModel,
  header: GgufHeader,
  options: LoadOptions,
): Promise<LoadedModel> {
  const controlIds = requireControlTokens(model)
  const tiny = header.fileSize < tinyFileBytes
  const trained = header.trainedContextSize || model.trainContextSize
  const wanted = options.threads || (tiny ? 1 : Math.max(1, llama.cpuMathCores - 1))
  const threads = Math.min(wanted, availableParallelism())
  const contextSize = Math.min(options.contextSize || defaultContextSize, trained)
  const batchSize = llama.gpu || header.vocabularySize * 2048 <= maxScoreBytes ? 512 : 128
  const { currentThreads, ...chat } = await tokenSequence(model, contextSize, batchSize, threads)
  let completion: Promise<TokenSequence> | undefined
  return {
    name: header.name ?? path.basename(options.modelPath),
    trainedContextSize: trained,
    vocabularySize: header.vocabularySize,
    threads: currentThreads,
    gpu: llama.gpu === false ? "none" : llama.gpu,
    tiny,
    controlIds,
    encode: text => model.tokenize(text, false),
    decode: tokens => model.detokenize(toTokens(tokens)),
    isOrdinary: ordinaryTokens(model),
    chat,
    completion: () => {
      const size = Math.min(options.completionContextSize || defaultCompletionContextSize, trained)
      completion ??= tokenSequence(model, size, completionBatchSize, threads).catch(error => {
        completion = undefined
        throw loadFailure(error, [])
      })
      return completion
    },
    unload: () => llama.dispose(),
  }
}

async function tokenSequence(
  model: LlamaModel,
  contextSize: number,
  batchSize: number,
  threads: number,
): Promise<TokenSequence & { readonly currentThreads: number }> {
  const context = await model.createContext({
    contextSize,
    batchSize: Math.min(contextSize, batchSize),
    threads,
    sequences: 1,
    // With the sliding-window cache a prefix would be reused whose window is gone; the full one is exact.
    swaFullCache: true,
  })
  const sequence = context.getSequence({ contextShift: { strategy: refuseShift } })
  return {
    contextSize: context.contextSize,
    batchSize: context.batchSize,
    currentThreads: context.currentThreads,
    keepPrefix: async tokens => {
      // `false`: no shifting of cells, which would reuse what was computed for other positions.
      await sequence.adaptStateToTokens(toTokens(tokens), false)
      return sequence.nextTokenIndex
    },
    feed: tokens => sequence.evaluateWithoutGeneratingNewTokens(toTokens(tokens)),
    // gpt-oss is meant to be sampled without top-k and top-p (OpenAI's recommendation); the package's defaults cut.
    sample: (tokens, { temperature, seed }) =>
      sequence.evaluate(toTokens(tokens), {
        temperature,
        seed,
        topK: 0,
        topP: 1,
        minP: 0,
        yieldEogToken: true,
      }),
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
