// Remembers that the model failed, so that not every keystroke fails again: after a failure the user's own request
// and the next try half a minute later go through.
import type { ModelErrorKind } from "../model/modelError.ts"
import type { NoSuggestion, SuggestRequest } from "./suggestion.ts"

export type FailureMemory = {
  failed(kind: ModelErrorKind, now: number): NoSuggestion
  isTooSoon(request: Pick<SuggestRequest, "trigger">, now: number): boolean
  last(): NoSuggestion
  /** It answered. */
  clear(): void
}

const restMs = 30_000

export function failureMemory(): FailureMemory {
  let failure: { readonly kind: ModelErrorKind; readonly at: number } | undefined

  const last = (): NoSuggestion => {
    if (failure === undefined || failure.kind === "notConfigured") return { type: "none", reason: "noModel" }
    return { type: "none", reason: "modelFailed", failure: failure.kind }
  }
  return {
    failed(kind, now) {
      failure = { kind, at: now }
      return last()
    },
    isTooSoon: ({ trigger }, now) =>
      failure !== undefined &&
      failure.kind !== "notConfigured" &&
      trigger === "automatic" &&
      now - failure.at < restMs,
    last,
    clear() {
      failure = undefined
    },
  }
}
