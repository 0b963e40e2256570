// Measures whether guessing several tokens at once makes a rewriting faster on this machine: a graphics card computes
// eight tokens in little more time than one, a processor needs five times as long.
import { draftLengths } from "./drafter.ts"
import type { TokenSequence } from "./loadedModel.ts"
import { stopwatch } from "./stopwatch.ts"
import type { Step } from "./turns.ts"

/**
 * For 1,000 tokens of an answer and each longest draft: how many tokens are evaluated alone, and how many batches of 4,
 * 8 and 16. Counted with `drafter` on 286 changes of this repository's history: a passage of 6 to 50 lines, a thought of
 * some 20 tokens, then the passage as it became; tokens of o200k. Of what is guessed, 86 to 92 % is right there, 76 to
 * 85 % where a third or more of the lines change.
 */
const evaluations: readonly Evaluations[] = [
  { longest: draftLengths[0], alone: 180, batches: [218, 0, 0] },
  { longest: draftLengths[1], alone: 179, batches: [27, 99, 0] },
  { longest: draftLengths[2], alone: 178, batches: [27, 14, 45] },
]
type Evaluations = { readonly longest: number; readonly alone: number; readonly batches: readonly number[] }
/** Less is not worth the longer steps, for which a more urgent request waits, nor safe from answers of other kinds. */
const leastGain = 1.3

/** For each size of batch. On a slow processor it is one measurement that takes longer. */
const budgetMs = 375
const mostRounds = 24

/** How many tokens to guess at once; 0 where that doesn't pay. Needs a sequence with some tokens in it. */
export async function measureDrafts(
  sequence: TokenSequence,
  text: readonly number[],
  step: Step,
  signal: AbortSignal,
): Promise<number> {
  const medianMs = async (work: () => Promise<unknown>) => {
    const watch = stopwatch(budgetMs)
    const measure = () => step(() => watch.time(work))
    // It may compile a graphics card's programs, and counts only where there's no time for more.
    const first = await measure()
    const times: number[] = []
    while (times.length < mostRounds && !watch.isOver()) {
      signal.throwIfAborted()
      times.push(await measure())
    }
    return times.toSorted((a, b) => a - b)[times.length >> 1] ?? first
  }
  // Choosing among all tokens by chance is part of the cost, and dearer than taking the likeliest.
  const options = { temperature: 1, seed: 1 }
  const tokens = sequence.sample(text.slice(0, 1), options)
  const one = await medianMs(() => tokens.next())
  await tokens.return()

  const costs: number[] = []
  for (const length of draftLengths) {
    const batch = text.slice(0, length + 1)
    const several = await medianMs(async () => {
      await sequence.sampleEach(batch, options)
      await sequence.dropLast(batch.length)
    })
    costs.push(several / one)
  }
  return longestDraft(costs)
}

/** `costs`: of 4, 8 and 16 tokens at once, over that of one. The longest draft that gains most; 0: none gains enough. */
export function longestDraft(costs: readonly number[]): number {
  const gains = evaluations.map(({ longest, alone, batches }) => {
    const time = batches.reduce(
      (sum, count, index) => sum + (count === 0 ? 0 : count * (costs[index] ?? 0)),
      alone,
    )
    return { longest, gain: 1000 / time }
  })
  const [best] = gains.toSorted((a, b) => b.gain - a.gain)
  return best !== undefined && best.gain >= leastGain ? best.longest : 0
}
