// Evaluates a prompt that nobody has asked an answer for yet, so that its answer begins at once.
import type { TokenSequence } from "./loadedModel.ts"
import type { PromptFeeder, PromptProgress } from "./promptFeeder.ts"
import type { Step } from "./turns.ts"

/** Leaves alone what already goes beyond the prompt. How many of its tokens were evaluated before. */
export async function readAhead(
  prompt: readonly number[],
  { sequence, feed }: { readonly sequence: TokenSequence; readonly feed: PromptFeeder },
  onProgress: PromptProgress,
  step: Step,
  holding: Step,
  signal: AbortSignal,
): Promise<number | "cancelled"> {
  const matching = await step(async () => sequence.matching(prompt))
  if (matching >= prompt.length - 1) return Math.min(matching, prompt.length)
  const fed = await feed(prompt, onProgress, holding, signal)
  if (fed === "cancelled") return fed
  await holding(async () => {
    const start = await sequence.keepPrefix(prompt.slice(0, -1))
    const rest = prompt.slice(start, -1)
    if (rest.length > 0) await sequence.feed(rest)
  })
  return fed.reused
}
