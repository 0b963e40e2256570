// What earlier keystrokes were answered, so that typing what is shown, going back and coming again asks no model.
// The only thing kept between keystrokes but for the snapshot and the request under way.
import type { FilterReason, PromptUse, SuggestRequest } from "./suggestion.ts"

export type Answer = {
  readonly path: string
  readonly before: string
  readonly after: string
  /** As shown; "" when there was a reason to show nothing. */
  readonly text: string
  readonly nothing?: FilterReason
  readonly prompt?: PromptUse
}

export type Found = {
  /** What is left of the answer's text after what was typed of it. */
  readonly text: string
  readonly nothing?: FilterReason
  readonly typed: number
  readonly prompt?: PromptUse
}

export type AnswerMemory = {
  add(answer: Answer): void
  find(request: Place): Found | undefined
  clear(): void
}

export type Place = Pick<SuggestRequest, "path" | "before" | "after">

const mostAnswers = 200

export function answerMemory(): AnswerMemory {
  /** The last added or found first. */
  let answers: readonly Answer[] = []

  return {
    add(answer) {
      const others = answers.filter(other => !samePlace(other, answer))
      answers = [answer, ...others].slice(0, mostAnswers)
    },
    find(request) {
      for (const answer of answers) {
        const found = continues(answer, request)
        if (found === undefined) continue
        if (answer !== answers[0]) answers = [answer, ...answers.filter(other => other !== answer)]
        return found
      }
      return undefined
    },
    clear() {
      answers = []
    },
  }
}

/** What is left of an answer when what was typed since it was asked for is its beginning. */
function continues({ text, nothing, prompt, ...asked }: Answer, request: Place): Found | undefined {
  const typed = typedSince(asked, request)
  if (typed === undefined || !text.startsWith(typed)) return undefined
  // All of it stands there now: what comes next is another question.
  if (typed !== "" && typed.length === text.length) return undefined
  const left = { text: text.slice(typed.length), typed: typed.length }
  return {
    ...left,
    ...(nothing === undefined ? {} : { nothing }),
    ...(prompt === undefined ? {} : { prompt }),
  }
}

/** What was typed at the cursor between two places; undefined if more than that happened. */
export function typedSince(earlier: Place, now: Place): string | undefined {
  const length = now.before.length - earlier.before.length
  if (length < 0 || earlier.path !== now.path) return undefined
  // The comparison of the long common part comes last: few places get there.
  if (!closesOnly(now.after, earlier.after)) return undefined
  if (!now.before.startsWith(earlier.before)) return undefined
  return now.before.slice(earlier.before.length)
}

/** Editors add closing brackets and quotes behind the cursor by themselves. */
function closesOnly(now: string, earlier: string): boolean {
  if (now === earlier) return true
  const added = now.length - earlier.length
  return added > 0 && added <= 4 && /^[)>}\]"'`]+$/.test(now.slice(0, added)) && now.endsWith(earlier)
}

function samePlace(a: Place, b: Place): boolean {
  return a.path === b.path && a.before === b.before && a.after === b.after
}
