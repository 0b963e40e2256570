// What a reader gives out while an answer arrives.
import type { ToolCall } from "./message.ts"

/** Reasoning (analysis), a preamble (commentary for the user), or the answer. */
export type TextKind = "reasoning" | "preamble" | "text"

/**
 * Text to append, or a complete call. Several messages of one kind are parted by a newline, so the texts of a
 * kind add up to the outcome's. One exception: an answer that came as a preamble was given out as one, and only
 * the outcome calls it the answer (final_missing).
 */
export type ReaderEvent =
  | { readonly type: TextKind; readonly text: string }
  | { readonly type: "toolCall"; readonly call: ToolCall }
