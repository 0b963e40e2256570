// All that ghost text remembers between two keystrokes: earlier answers, the request under way, the frozen part of
// the prompt, and what was measured. Small objects, each with one meaning; made once, shared by all documents.
import { type AnswerMemory, answerMemory } from "./answerMemory.ts"
import { type FailureMemory, failureMemory } from "./failureMemory.ts"
import { type Flight, flight } from "./flight.ts"
import { type Pause, pause } from "./pause.ts"
import { type PromptBudget, type PromptBudgetOptions, promptBudget } from "./promptBudget.ts"
import type { PromptSnapshot } from "./promptSnapshot.ts"

export type CompletionState = {
  readonly answers: AnswerMemory
  readonly flight: Flight
  readonly pause: Pause
  readonly failures: FailureMemory
  readonly budget: PromptBudget
  snapshot: PromptSnapshot | undefined
  /** Ends the reading ahead that goes on; a keystroke's own request does. */
  reading: AbortController | undefined
}

export type CompletionStateOptions = {
  readonly budget?: PromptBudgetOptions
  /** See flight. */
  readonly lingerMs?: number
}

export function completionState(options: CompletionStateOptions = {}): CompletionState {
  return {
    answers: answerMemory(),
    flight: flight(options.lingerMs),
    pause: pause(),
    failures: failureMemory(),
    budget: promptBudget(options.budget),
    snapshot: undefined,
    reading: undefined,
  }
}

/** Ends what is under way. */
export function endRequests({ flight: underWay, reading }: CompletionState): void {
  underWay.end()
  reading?.abort()
}

/** For when another model may answer from now on. */
export function forgetAnswers(state: CompletionState): void {
  endRequests(state)
  state.answers.clear()
  state.failures.clear()
  state.snapshot = undefined
}
