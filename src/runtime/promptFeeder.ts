// Evaluates a prompt in chunks of our own, because llama.cpp can't be interrupted inside a call: between two chunks a
// cancel is heard, and a more urgent request gets its turn.
import type { TokenSequence } from "./loadedModel.ts"
import type { PromptPace } from "./promptPace.ts"
import type { Step } from "./turns.ts"

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

/** What a cancelled prompt evaluated stays usable. */
export function promptFeeder(sequence: TokenSequence, pace: PromptPace): PromptFeeder {
  return async (tokens, onProgress, step, signal) => {
    // The last token must be evaluated anew, there is nothing to sample from otherwise.
    const reusable = tokens.slice(0, -1)
    const reused = await step(() => sequence.keepPrefix(reusable))
    onProgress(reused, tokens.length)
    let at = reused
    let chunk = pace.chunk()
    while (tokens.length - at > chunk) {
      if (signal.aborted) return "cancelled"
      at = await step(async () => {
        // Another request may have used the sequence since the last chunk.
        const start = await sequence.keepPrefix(reusable)
        const next = tokens.slice(start, Math.min(start + chunk, tokens.length - 1))
        const startedAt = performance.now()
        if (next.length > 0) await sequence.feed(next)
        pace.measured(next.length, performance.now() - startedAt)
        return start + next.length
      })
      onProgress(at, tokens.length)
      chunk = pace.chunk()
    }
    return signal.aborted ? "cancelled" : { reused, rest: tokens.slice(at) }
  }
}
