// What a prompt and an answer are made of on their way to and from a model: text, and Harmony's control
// tokens. The two never mix: text can't become a control token, whatever characters it holds (SR-7).

/** Harmony's control tokens by name; the ids belong to a vocabulary. Source: openai/harmony, docs/format.md. */
export const controlTokens = [
  "start",
  "end",
  "message",
  "channel",
  "constrain",
  "return",
  "call",
  "endoftext",
] as const

export type ControlToken = (typeof controlTokens)[number]

/** A part of a prompt. `tokens` are ids that this very model generated earlier, fed again unchanged. */
export type Segment =
  | { readonly text: string }
  | { readonly control: ControlToken }
  | { readonly tokens: readonly number[] }

/** A part of an answer. Text is always whole characters; `token` ids travel beside it, see GeneratedPiece. */
export type Piece = { readonly text: string } | { readonly control: ControlToken }
