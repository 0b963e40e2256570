// What ghost text starts from and what comes of it, as plain data: one keystroke in, a suggestion or a reason out.
import type { ModelErrorKind } from "../model/modelError.ts"

/** The editor at one keystroke. Texts have `\n` as line end. */
export type SuggestRequest = {
  /** As the user knows it: relative to the workspace, with `/`; the name alone outside of one. */
  readonly path: string
  /** Absolute; more than one where a link leads elsewhere. Empty for a document that isn't saved. */
  readonly fullPaths: readonly string[]
  readonly languageId: string
  /** `editable`: a file or an untitled document that the user can type in. */
  readonly document: "editable" | "readOnly" | "unsupported" | "tooLarge"
  /** From the beginning of line `firstLine` (counted from 0) to the cursor. */
  readonly before: string
  readonly firstLine: number
  /** From the cursor on; in a large file not to the end. */
  readonly after: string
  readonly cursors: number
  readonly hasSelection: boolean
  readonly trigger: "automatic" | "invoked"
  /** The chosen item of an open suggest list: its text, and how much before the cursor it replaces. */
  readonly selected?: { readonly text: string; readonly replaces: string }
}

/** Where a suggestion came from; all but `model` cost no evaluation. */
export type SuggestionSource = "model" | "typedThrough" | "remembered" | "inFlight"

export type Suggestion = {
  readonly type: "suggestion"
  /** Goes in at the cursor. */
  readonly text: string
  /** Characters after the cursor, on its line, that `text` repeats and replaces. */
  readonly replaces: number
  readonly source: SuggestionSource
  /** Milliseconds from the keystroke. */
  readonly ms: number
  /** Tokens of the prompt, and how many of them were evaluated before; absent where the model wasn't asked. */
  readonly prompt?: PromptUse
}

export type PromptUse = { readonly tokens: number; readonly reused: number }

export type NoSuggestion = {
  readonly type: "none"
  readonly reason: Reason
  /** For `modelFailed`. */
  readonly failure?: ModelErrorKind
  /** The model was asked, and what it wrote isn't shown. */
  readonly prompt?: PromptUse
}

export type Reason =
  | "off"
  | "languageOff"
  | "onRequest"
  | "onBattery"
  | "snoozed"
  | "noModel"
  | "hostedOff"
  | "unsupported"
  | "readOnly"
  | "tooLarge"
  | "longLine"
  | "secretFile"
  | "severalCursors"
  | "selection"
  | "midWord"
  | "midLine"
  | "emptyFile"
  | "suggestList"
  | "cancelled"
  | "modelFailed"
  | FilterReason

/** Why an answer of the model's isn't shown. */
export type FilterReason = "nothingToAdd" | "duplicate" | "repetition" | "hiddenCharacters"

export function none(reason: Reason): NoSuggestion {
  return { type: "none", reason }
}
