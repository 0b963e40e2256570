// One message of a turn from its header to its end: decides whether it is text or a call, gives text out while
// it arrives, and makes of it what the history will hold.
import type { Message, ToolCall } from "./message.ts"
import type { MessageHeader, ReaderStep } from "./messageReader.ts"
import type { Offered } from "./offered.ts"
import { readCall } from "./readCall.ts"
import type { ReaderEvent, TextKind } from "./readerEvent.ts"
import { type ToolName, toolName } from "./toolName.ts"
import type { TextMessage, TurnMessage } from "./turnOutcome.ts"

type OpenStep = Extract<ReaderStep, { type: "open" }>
type CloseStep = Extract<ReaderStep, { type: "close" }>

export type ClosedMessage = {
  readonly events: readonly ReaderEvent[]
  readonly problems: ReadonlySet<string>
} & (
  | { readonly kind: TextKind; readonly message: TextMessage }
  | { readonly kind: "call"; readonly message: TurnMessage; readonly call: ToolCall }
)

export interface OpenMessage {
  add(text: string): readonly ReaderEvent[]
  /** `ended`: the stream ended within this message, and why. */
  close(step: CloseStep, ended: "stop" | "length" | undefined, newCallId: () => string): ClosedMessage
}

/** `follows`: whether the turn already has a message of this kind. */
export function createOpenMessage(
  { header, from, tidy, problems: headerProblems }: OpenStep,
  offered: Offered,
  follows: (kind: TextKind) => boolean,
): OpenMessage {
  const problems = new Set(headerProblems)
  const tool = header.recipient === undefined ? undefined : toolName(header.recipient, offered)
  const textKind = textKindOf(header)
  let text = ""
  let held = ""
  let given = false
  let kind: "text" | "call" | "undecided" =
    tool === undefined ? "text" : mayBeProse(tool, header) ? "undecided" : "call"

  function decide(verdict: "text" | "call" | "undecided"): void {
    kind = verdict
    if (verdict === "text") problems.add("recipient_without_call")
  }

  /** What of the text hasn't been given out. */
  function news(): readonly ReaderEvent[] {
    if (kind !== "text" || held === "") return []
    const fresh = !given && follows(textKind) ? `\n${held}` : held
    held = ""
    given = true
    return [{ type: textKind, text: fresh }]
  }

  function finished(message: Message, { by, to }: CloseStep): TurnMessage {
    return { message, verbatim: tidy && problems.size === 0 && by !== "cut", pieces: [from, to] }
  }

  return {
    add(more) {
      text += more
      held += more
      if (kind === "undecided") decide(argumentsBegin(text))
      return news()
    },
    close(step, ended, newCallId) {
      if (kind === "undecided") decide(text.trim() === "" ? "call" : "text")
      for (const problem of step.problems) problems.add(problem)
      if (kind === "call" && tool !== undefined) {
        const { call, message } = readCall({ text, tool, header, by: step.by, ended, problems, newCallId })
        const events = [{ type: "toolCall", call } as const]
        return { kind, call, message: finished(message, step), problems, events }
      }
      if (header.channel === undefined) problems.add("no_channel")
      const events = text === "" && follows(textKind) ? [{ type: textKind, text: "\n" }] : news()
      const message = { ...finished(textMessage(textKind, text, header), step), text }
      return { kind: textKind, message, problems, events }
    },
  }
}

function textKindOf({ channel }: MessageHeader): TextKind {
  return channel === "analysis" ? "reasoning" : channel === "commentary" ? "preamble" : "text"
}

function textMessage(kind: TextKind, content: string, { contentType }: MessageHeader): Message {
  const channel = { reasoning: "analysis", preamble: "commentary", text: "final" }[kind]
  const constrained = contentType?.startsWith("<|constrain|>") ? { contentType } : {}
  return { role: "assistant", channel, ...constrained, content }
}

/** On analysis and final, models also write prose behind a recipient; run as arguments it would do harm. */
function mayBeProse(tool: ToolName, { channel }: MessageHeader): boolean {
  return tool.kind === "function" && (channel === "analysis" || channel === "final")
}

/** Whether a content begins like JSON. */
function argumentsBegin(text: string): "text" | "call" | "undecided" {
  const begin = text.trimStart().slice(0, 3)
  if (/^(?:[{["]|```)/.test(begin)) return "call"
  return "```".startsWith(begin) ? "undecided" : "text"
}
