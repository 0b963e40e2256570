// Decides when, and how many of, the next tokens of an answer are guessed from its prompt, and counts how well that
// goes: more at once while all are right, and longer and longer pauses while none is, which cost next to nothing.
import { promptLookup } from "./promptLookup.ts"

export interface Drafter {
  /** Tokens worth a try, at most `most`; often none. */
  draft(most: number): readonly number[]
  wrote(token: number): void
  /** What became of a draft. */
  tried(drafted: number, accepted: number): void
  counts(): { readonly draftedTokens: number; readonly acceptedTokens: number }
}

/** With the token before them these are batches of 4, 8 and 16: sizes that graphics cards have programs for. */
export const draftLengths = [3, 7, 15] as const
/** Tokens without a draft, after many drafts of which nothing was right. */
const longestPause = 31

/** `longest`: the most tokens that are worth a try at once. */
export function drafter(prompt: readonly number[], longest: number): Drafter {
  const lookup = promptLookup(prompt)
  let draftedTokens = 0
  let acceptedTokens = 0
  let length: number = draftLengths[0]
  let pause = 0
  let waiting = 0
  return {
    draft: most => (waiting > 0 ? [] : lookup.following(Math.min(most, length, longest))),
    wrote: token => {
      lookup.push(token)
      if (waiting > 0) waiting--
    },
    tried: (drafted, accepted) => {
      draftedTokens += drafted
      acceptedTokens += accepted
      length = accepted < drafted ? draftLengths[0] : (draftLengths.find(next => next > drafted) ?? drafted)
      pause = accepted > 0 ? 0 : Math.min(longestPause, pause * 2 + 1)
      waiting = pause
    },
    counts: () => ({ draftedTokens, acceptedTokens }),
  }
}
