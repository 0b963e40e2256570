// Several ways to the same answer, one after the other, until one shows something. From then on its faults are the
// answer's. Knows nothing of models' names, keys or addresses.
import type { ModelEvent } from "./languageModel.ts"
import { type ModelError, modelErrorOf } from "./modelError.ts"

export type FirstAnswerOptions = {
  readonly signal: AbortSignal
  /** Milliseconds: one that wants to wait longer before it asks its server again is left for the next. */
  readonly patience: number
  /** Whether the next is asked after this failure of number `at`, which had shown nothing. */
  readonly goesOn: (failure: ModelError, at: number) => boolean
  /** Told once per way that was tried, not after an abort. "left": it would have waited too long. */
  readonly ended: (at: number, outcome: "answered" | "left" | ModelError) => void
}

/**
 * The events of the first that answers. When none did, it returns their failures by number, for the caller to
 * throw the telling one; a failure after something was shown, or one that `goesOn` refuses, is thrown. After an
 * abort it ends quietly.
 */
export async function* firstAnswer<E extends ModelEvent>(
  ways: readonly (() => AsyncIterable<E>)[],
  { signal, patience, goesOn, ended }: FirstAnswerOptions,
): AsyncGenerator<E, ReadonlyMap<number, ModelError>> {
  const failures = new Map<number, ModelError>()
  for (const [at, start] of ways.entries()) {
    if (signal.aborted) break
    const isLast = at === ways.length - 1
    let isShown = false
    let isLeft = false
    try {
      for await (const event of start()) {
        isLeft = !(isLast || isShown) && asksToWait(event, patience)
        if (isLeft) break
        isShown ||= event.type !== "waiting"
        yield event
      }
      if (signal.aborted) break
      ended(at, isLeft ? "left" : "answered")
      if (!isLeft) return new Map()
    } catch (error) {
      if (signal.aborted) break
      const failure = modelErrorOf(error)
      ended(at, failure)
      if (isShown || !goesOn(failure, at)) throw failure
      failures.set(at, failure)
    }
  }
  return signal.aborted ? new Map() : failures
}

function asksToWait(event: ModelEvent, patience: number): boolean {
  return event.type === "waiting" && event.stage === "retrying" && event.ms > patience
}
