// START HERE for prompts: a conversation becomes segments, the only form in which a prompt leaves this folder.
// Knows which messages of earlier turns are fed again; doesn't know token ids, nor how one message is written.
import type { ControlToken, Segment } from "../protocol/segment.ts"
import { offersFunctions } from "./developerText.ts"
import type { Conversation, Message, Role } from "./message.ts"
import { type HeaderStyle, renderMessage } from "./renderMessage.ts"

/**
 * Which analysis of earlier turns is fed again. `before-last-final` (ours, the documentation's): what lies
 * before the last final is dropped, so the whole turn that is going on stays. `auto-drop-analysis`: the
 * openai/harmony library's rule, dropped before the first final, and only if the last assistant message is one.
 */
export type HistoryRule = "before-last-final" | "auto-drop-analysis" | "keep-all"

export type RenderOptions = {
  /**
   * `completion` (default): the prompt ends with `<|start|>` and `nextRole`. `conversation`: the messages alone.
   * `training`: as `conversation`, but a last assistant message on `final` ends with `<|return|>`.
   */
  readonly mode?: "completion" | "conversation" | "training"
  /** Default `assistant`. */
  readonly nextRole?: Role
  /** Default `channel-first`. */
  readonly headerStyle?: HeaderStyle
  /** Default `before-last-final`. */
  readonly historyRule?: HistoryRule
  /**
   * The ids that the model about to be fed generated for this very message: everything after
   * `<|start|>assistant`, up to and including the end, a final `<|return|>` already turned into `<|end|>`.
   * They are fed unchanged instead of the message's text. Asked only for assistant messages that stay in the
   * prompt; not asked in `training`.
   */
  readonly generated?: (message: Message) => readonly number[] | undefined
}

/**
 * The segments of a prompt. Control tokens are segments of their own; no text can become one. The same
 * conversation always gives the same segments, so a prompt that grew by a message keeps its prefix until the
 * history rule drops a finished turn's analysis.
 *
 * Throws an Error for what can't be written: a tool message without a name, system or developer content in a
 * message of another role.
 */
export function renderConversation(conversation: Conversation, options: RenderOptions = {}): Segment[] {
  const { mode = "completion", nextRole = "assistant", headerStyle = "channel-first" } = options
  const functionsOffered = conversation.messages.some(offersFunctions)
  const segments = keptMessages(conversation.messages, options.historyRule ?? "before-last-final").flatMap(
    message => {
      const tokens =
        mode !== "training" && message.role === "assistant" ? options.generated?.(message) : undefined
      if (tokens !== undefined) return [control("start"), { text: "assistant" }, { tokens }]
      return renderMessage(message, { headerStyle, functionsOffered })
    },
  )
  const last = conversation.messages.at(-1)
  if (mode === "training" && last?.role === "assistant" && last.channel === "final")
    return [...segments.slice(0, -1), control("return")]
  return mode === "completion" ? [...segments, control("start"), { text: nextRole }] : segments
}

function keptMessages(messages: readonly Message[], rule: HistoryRule): readonly Message[] {
  const end = droppedUpTo(messages, rule)
  return messages.filter((message, index) => index >= end || message.channel !== "analysis")
}

function droppedUpTo(messages: readonly Message[], rule: HistoryRule): number {
  if (rule === "before-last-final") return messages.findLastIndex(isFinal)
  if (rule === "keep-all") return 0
  const answered = messages.findLast(message => message.role === "assistant")?.channel === "final"
  return answered ? messages.findIndex(isFinal) : 0
}

function isFinal(message: Message): boolean {
  return message.channel === "final"
}

function control(token: ControlToken): Segment {
  return { control: token }
}
