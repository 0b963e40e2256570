// What a model's turn came to, once it is over: texts by kind, calls, status, and the messages for the history.
import type { Message, ToolCall } from "./message.ts"

export type TurnMessage = {
  /** As it belongs into the history: proper channel, clean name, arguments that parse. */
  readonly message: Message
  /**
   * The model wrote exactly this message in good form, so the ids it generated may be fed again in its place.
   */
  readonly verbatim: boolean
  /**
   * The pushed pieces, [from, to), that follow `<|start|>assistant` in this message, its end included. The turn's
   * first piece is 0: the one after the `<|start|>assistant` that the prompt ended with.
   */
  readonly pieces: readonly [from: number, to: number]
}

export type TurnOutcome = {
  /** Analysis texts, joined by a newline. */
  readonly reasoning: string
  readonly preambles: readonly string[]
  /** The answer, several joined by a newline; null: there is none. The last preamble, if there is nothing else. */
  readonly final: string | null
  readonly calls: readonly ToolCall[]
  /** `truncated`: cut, by length or within a call. `empty`: neither answer nor call. */
  readonly status: "truncated" | "calls" | "final" | "empty"
  /**
   * Codes, sorted: missing_start, missing_end, missing_message, repeated_header, bad_channel, no_channel,
   * stray_text, stray_control, hallucinated_turn, call_on_analysis, call_on_final, wrong_terminator,
   * recipient_without_call, name_polluted, unknown_tool, repaired_arguments, bad_arguments, unterminated_call,
   * final_missing; of leaked text also leaked_markup, leaked_words.
   */
  readonly problems: readonly string[]
  /** Without messages that are blank. */
  readonly messages: readonly TurnMessage[]
}

/** A finished message that isn't a call. */
export type TextMessage = TurnMessage & { readonly text: string }

export type Turn = {
  readonly reasoning: readonly TextMessage[]
  readonly preambles: readonly TextMessage[]
  readonly finals: readonly TextMessage[]
  readonly calls: readonly ToolCall[]
  readonly problems: ReadonlySet<string>
  /** All of them, in order. */
  readonly messages: readonly TurnMessage[]
  readonly truncated: boolean
}

export function turnOutcome(turn: Turn): TurnOutcome {
  const answered = turn.finals.some(({ text }) => text.trim() !== "")
  const missing = !answered && turn.calls.length === 0 && !turn.truncated
  const promoted = missing ? turn.preambles.findLast(({ text }) => text.trim() !== "") : undefined
  const finals = promoted === undefined ? turn.finals : [promoted]
  const messages = turn.messages.map(message =>
    message === promoted ? { ...asAnswer(promoted), verbatim: false } : message,
  )
  const hasAnswer = answered || promoted !== undefined
  return {
    reasoning: join(turn.reasoning),
    preambles: turn.preambles.filter(each => each !== promoted).map(({ text }) => text),
    final: finals.length === 0 ? null : join(finals),
    calls: turn.calls,
    status: turn.truncated ? "truncated" : turn.calls.length > 0 ? "calls" : hasAnswer ? "final" : "empty",
    problems: [...turn.problems, ...(missing ? ["final_missing"] : [])].sort(),
    messages: messages
      .filter(isWorthKeeping)
      .map(({ message, verbatim, pieces }) => ({ message, verbatim, pieces })),
  }
}

function asAnswer(preamble: TextMessage): TurnMessage {
  return { ...preamble, message: { ...preamble.message, channel: "final" } }
}

function join(messages: readonly TextMessage[]): string {
  return messages.map(({ text }) => text).join("\n")
}

function isWorthKeeping({ message }: TurnMessage): boolean {
  return message.recipient !== undefined || message.content !== ""
}
