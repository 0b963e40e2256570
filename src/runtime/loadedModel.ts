// What the rest of the runtime needs of a model that stands in memory: its vocabulary, and sequences of evaluated
// tokens. Says nothing of llama.cpp.
import type { ControlToken } from "../protocol/segment.ts"

export interface LoadedModel {
  readonly name: string
  /** In tokens. */
  readonly trainedContextSize: number
  readonly vocabularySize: number
  /** Threads in use now. */
  readonly threads: () => number
  /** "none", "metal", "cuda", "vulkan". */
  readonly gpu: string
  /** Of `layers`, those that the graphics card computes. */
  readonly gpuLayers: number
  readonly layers: number
  /** A token costs next to nothing: prompts start with big chunks. */
  readonly tiny: boolean
  readonly controlIds: Readonly<Record<ControlToken, number>>

  /** May contain control tokens if the text spells them; only tokenizeSegments calls this. */
  encode(text: string): readonly number[]
  /** Text of ordinary tokens; an incomplete character becomes U+FFFD, a control token nothing. */
  decode(tokens: readonly number[]): string
  isOrdinary(token: number): boolean

  /** For conversations. */
  readonly chat: TokenSequence
  /** For ghost text: made at the first call, the same ever after. Throws a RuntimeFailure where memory is short. */
  completion(): Promise<TokenSequence>
  /** Numbers of threads worth a try, at least one; only the given one if the user chose it. */
  readonly threadChoices: readonly number[]
  /** A small sequence of its own for a measurement, to be disposed of. */
  scratch(threads: number): Promise<TokenSequence & { dispose(): Promise<void> }>
  /** From the next prompt on that begins anew, in either sequence. */
  useThreads(threads: number): Promise<void>
  /** Most tokens that are worth a try at once, where an answer rewrites its prompt; 0: none are. */
  readonly draftTokens: () => number
  useDraftTokens(count: number): void
  unload(): Promise<void>
}

/** A context of fixed size and the tokens that are evaluated in it. */
export interface TokenSequence {
  /** In tokens. */
  readonly contextSize: number
  /** Most tokens that are evaluated at once. */
  readonly batchSize: number

  /** How many of these tokens are evaluated already, from the first one on. */
  matching(tokens: readonly number[]): number
  /** Trims the evaluated tokens to those that `tokens` begins with; how many that are. */
  keepPrefix(tokens: readonly number[]): Promise<number>
  /** Evaluates tokens after those that are evaluated. */
  feed(tokens: readonly number[]): Promise<void>
  /** Evaluates tokens (at least one); the probability of every token of the vocabulary to come next. */
  scores(tokens: readonly number[]): Promise<ReadonlyMap<number, number>>
  /** Evaluates tokens (at least one), then samples on; ends only when it is left. */
  sample(tokens: readonly number[], options: SampleOptions): AsyncGenerator<number, void, unknown>
  /** Evaluates tokens at once (at least one, not more than `batchSize`); for each the one sampled to come after it. */
  sampleEach(tokens: readonly number[], options: SampleOptions): Promise<readonly number[]>
  /** Takes back the last tokens that were evaluated, never all of them. */
  dropLast(count: number): Promise<void>
}

export type SampleOptions = {
  /** 0: always the likeliest token. */
  readonly temperature: number
  readonly seed: number
}
