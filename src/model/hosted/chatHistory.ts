// Harmony messages → Chat Completions messages in the form that one server takes. Knows neither tools on offer nor
// sampling; what belongs together is chatTurns' business.
import type { Message } from "../../harmony/message.ts"
import { plainText } from "../../harmony/plainText.ts"
import type { ChatDialect, ReasoningField } from "./chatDialect.ts"
import { type ChatTurn, chatTurns, type TurnCall } from "./chatTurns.ts"
import type { JsonFields } from "./jsonFields.ts"

export type ChatMessage =
  | { readonly role: "system" | "user"; readonly content: string }
  | {
      readonly role: "tool"
      readonly tool_call_id: string
      readonly content: string
      readonly name?: string
    }
  | {
      readonly role: "assistant"
      readonly content: string | null
      readonly tool_calls?: readonly ChatCall[]
      readonly reasoning?: string
      readonly reasoning_content?: string
      readonly reasoning_details?: readonly JsonFields[]
    }

export type ChatCall = {
  readonly id: string
  readonly type: "function"
  readonly function: { readonly name: string; readonly arguments: string }
}

export type HistoryOptions = Pick<
  ChatDialect,
  "preambleWithCalls" | "callsPerMessage" | "namesToolResults"
> & {
  /** null: reasoning isn't sent back. */
  readonly reasoningField: ReasoningField | null
  /** Reasoning blocks remembered with a message. */
  readonly blocks?: (message: Message) => readonly JsonFields[] | undefined
}

/** Every call is followed by its result, in the order of the calls; a turn of reasoning alone is left out. */
export function chatHistory(messages: readonly Message[], options: HistoryOptions): readonly ChatMessage[] {
  return chatTurns(messages).flatMap((turn): readonly ChatMessage[] =>
    turn.type === "user"
      ? [{ role: "user", content: plainText(turn.text) }]
      : assistantMessages(turn, options),
  )
}

type AssistantTurn = Extract<ChatTurn, { type: "assistant" }>

/** Nothing for a turn of reasoning alone: servers refuse an assistant message without content and calls. */
function assistantMessages(turn: AssistantTurn, options: HistoryOptions): readonly ChatMessage[] {
  const { calls } = turn
  if (calls.length === 0)
    return turn.content === ""
      ? []
      : [{ role: "assistant", content: plainText(turn.content), ...reasoning(turn, options) }]
  const groups = options.callsPerMessage === "many" ? [calls] : calls.map(call => [call])
  return groups.flatMap((group, index) => {
    const thought = index === 0 ? reasoning(turn, options) : {}
    const leftOut = options.preambleWithCalls === "leftOut" && Object.keys(thought).length > 0
    const content = index === 0 && !leftOut && turn.content !== "" ? plainText(turn.content) : null
    return [
      { role: "assistant", content, tool_calls: group.map(chatCall), ...thought } as const,
      ...group.map(call => toolMessage(call, options.namesToolResults)),
    ]
  })
}

type Thought = Pick<
  Extract<ChatMessage, { role: "assistant" }>,
  "reasoning" | "reasoning_content" | "reasoning_details"
>

/** Blocks that aren't remembered (another window, another model) go back as their text. */
function reasoning(turn: AssistantTurn, { reasoningField, blocks }: HistoryOptions): Thought {
  if (reasoningField === null || !turn.isRunning) return {}
  if (reasoningField === "reasoning_details") {
    const remembered = turn.messages.flatMap(message => blocks?.(message) ?? [])
    if (remembered.length > 0) return { reasoning_details: remembered }
  }
  if (turn.reasoning === "") return {}
  return reasoningField === "reasoning_content"
    ? { reasoning_content: plainText(turn.reasoning) }
    : { reasoning: plainText(turn.reasoning) }
}

function chatCall({ id, name, arguments: text }: TurnCall): ChatCall {
  return { id, type: "function", function: { name, arguments: plainText(text) } }
}

function toolMessage({ id, name, result }: TurnCall, isNamed: boolean): ChatMessage {
  return { role: "tool", tool_call_id: id, ...(isNamed && { name }), content: plainText(result) }
}
