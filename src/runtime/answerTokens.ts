// The tokens of an answer as the model writes them: one at a time, or several at once where an answer that rewrites its
// prompt goes on as the prompt does. Knows nothing of requests and of text.
import type { Drafter } from "./drafter.ts"
import type { SampleOptions, TokenSequence } from "./loadedModel.ts"

export type Writing = {
  readonly sequence: TokenSequence
  /** Evaluated first: the end of what stands before the answer. */
  readonly rest: readonly number[]
  /** Asked whenever sampling begins anew, for another seed each time. */
  readonly sampleOptions: () => SampleOptions
  /** How many tokens may be written at once, at least one. */
  readonly room: () => number
  readonly drafter: Drafter | undefined
}

/** Runs the work in a turn of its own; undefined: another request has used the sequence, so it didn't run. */
export type HeldStep = <T>(work: () => Promise<T>) => Promise<T | undefined>

/**
 * Every step is one evaluation, so that a more urgent request waits for no more. Ends when a step didn't run; whoever
 * leaves it earlier may find tokens evaluated that weren't handed out.
 */
export async function* answerTokens(writing: Writing, held: HeldStep): AsyncGenerator<number, void> {
  const { sequence, rest, sampleOptions, room, drafter } = writing
  let oneByOne: AsyncGenerator<number, void> | undefined
  const leave = async () => {
    await oneByOne?.return()
    oneByOne = undefined
  }
  /** Written and not evaluated. */
  let last: number | undefined

  const writeNext = async () => {
    oneByOne ??= sequence.sample(last === undefined ? rest : [last], sampleOptions())
    const tokens = oneByOne
    const next = await held(() => tokens.next())
    return next === undefined || next.done ? [] : [next.value]
  }
  const write = async (): Promise<readonly number[]> => {
    if (last === undefined || drafter === undefined) return writeNext()
    const draft = drafter.draft(room() - 1)
    if (draft.length === 0) return writeNext()
    await leave()
    const before = last
    const right = (await held(() => tryDraft(sequence, before, draft, sampleOptions()))) ?? []
    if (right.length > 0) drafter.tried(draft.length, right.length - 1)
    return right
  }

  try {
    for (;;) {
      const tokens = await write()
      if (tokens.length === 0) return
      for (const token of tokens) drafter?.wrote(token)
      last = tokens.at(-1)
      for (const token of tokens) yield token
    }
  } finally {
    await leave()
  }
}

/**
 * Evaluates the draft as if it were written and samples after each of its tokens: those that were sampled too are
 * right, and one more token comes after the last right one. What is returned follows the model's own distribution.
 */
async function tryDraft(
  sequence: TokenSequence,
  last: number,
  draft: readonly number[],
  options: SampleOptions,
): Promise<readonly number[]> {
  const sampled = await sequence.sampleEach([last, ...draft], options)
  let right = 0
  while (right < draft.length && sampled[right] === draft[right]) right++
  await sequence.dropLast(draft.length - right)
  return sampled.slice(0, right + 1)
}
