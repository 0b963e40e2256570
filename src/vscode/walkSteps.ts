// Steps that are taken one after the other, forwards and back. Knows nothing of what they ask.
import { type Answer, back } from "./dialogue.ts"

/**
 * "skip": there was nothing to ask, in whatever direction; a number: go to that step; undefined: the user left.
 * Otherwise "next", or `back`.
 */
export type Step = Answer<"next" | "skip" | number>

/** `back`: out of the first step. A step is told whether there is anything behind it. */
export async function walkSteps(
  steps: readonly ((canGoBack: boolean) => Promise<Step>)[],
  canGoBack: boolean,
): Promise<Answer<"done">> {
  const asked = new Set<number>()
  let direction: 1 | -1 = 1
  let at = 0
  for (let step = steps[at]; step !== undefined; step = steps[at]) {
    const hasEarlier = [...asked].some(earlier => earlier < at)
    const went = await step(canGoBack || hasEarlier)
    if (went === undefined) return undefined
    if (went === "skip") asked.delete(at)
    else {
      asked.add(at)
      direction = went === back ? -1 : 1
    }
    at = typeof went === "number" ? went : at + direction
  }
  return at < 0 ? back : "done"
}
