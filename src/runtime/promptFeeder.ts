// Evaluates a prompt in chunks of our own, because llama.cpp can't be interrupted inside a call: between two
// chunks a cancel is heard. The chunk's size follows the measured speed, for about 150 ms a chunk.
import type { LoadedModel, TokenSequence } from "./loadedModel.ts"
import type { Step } from "./turns.ts"

const chunkMs = 150
const smallestChunk = 4

export type PromptProgress = (done: number, total: number) => void

export type FedPrompt = {
  /** Tokens that were evaluated before and are used again. */
  readonly reused: number
  /** The last tokens, at most a chunk and at least one, still to be evaluated (sampling starts from them). */
  readonly rest: readonly number[]
}

export type PromptFeeder = (
  tokens: readonly number[],
  onProgress: PromptProgress,
  step: Step,
  signal: AbortSignal,
) => Promise<FedPrompt | "cancelled">

/** One per sequence: it remembers how fast it is. What a cancelled prompt evaluated stays usable. */
export function promptFeeder(
  model: Pick<LoadedModel, "tiny" | "gpu">,
  sequence: TokenSequence,
): PromptFeeder {
  let chunk = Math.min(sequence.batchSize, model.tiny || model.gpu !== "none" ? 256 : 16)

  return async (tokens, onProgress, step, signal) => {
    // The last token must be evaluated anew, there is nothing to sample from otherwise.
    const reused = await step(() => sequence.keepPrefix(tokens.slice(0, -1)))
    onProgress(reused, tokens.length)
    let at = reused
    while (tokens.length - at > chunk) {
      if (signal.aborted) return "cancelled"
      const next = tokens.slice(at, at + chunk)
      const ms = await step(() => timed(() => sequence.feed(next)))
      at += next.length
      onProgress(at, tokens.length)
      chunk = nextChunk(chunk, ms, sequence.batchSize)
    }
    return signal.aborted ? "cancelled" : { reused, rest: tokens.slice(at) }
  }
}

/** Without the time that was waited for a turn. */
async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function nextChunk(chunk: number, ms: number, batchSize: number): number {
  const fitting = Math.round((chunk * chunkMs) / Math.max(ms, 1))
  return Math.max(smallestChunk, Math.min(fitting, chunk * 4, batchSize))
}
