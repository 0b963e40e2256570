// Harmony messages → Chat Completions messages. Decides what of earlier turns goes back and pairs calls with
// results; knows neither tools on offer nor sampling. Rules: analysis before the last final goes, after it all stays.
import type { Message } from "../../harmony/message.ts"
import type { ReasoningField } from "./chatDialect.ts"

export type ChatMessage =
  | { readonly role: "system" | "user"; readonly content: string }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string }
  | {
      readonly role: "assistant"
      readonly content: string | null
      readonly tool_calls?: readonly ChatCall[]
      readonly reasoning?: string
      readonly reasoning_content?: string
    }

export type ChatCall = {
  readonly id: string
  readonly type: "function"
  readonly function: { readonly name: string; readonly arguments: string }
}

/** Result of a call that was stopped or never run: servers refuse a call that has none. */
const noResult = "Not run: the turn was stopped."

/**
 * User, assistant and tool messages in order; system and developer messages are left out. Ids of calls are made
 * from their position, so that the same history is always the same bytes (prompt caches) whoever produced it.
 */
export function chatHistory(
  messages: readonly Message[],
  reasoningField: ReasoningField | null,
): readonly ChatMessage[] {
  const lastFinal = messages.findLastIndex(
    message => message.role === "assistant" && message.channel === "final",
  )
  const history: ChatMessage[] = []
  let turn = emptyTurn()
  let open: ChatCall[] = []
  let calls = 0
  const closeTurn = () => {
    history.push(...assistantMessage(turn, reasoningField))
    open.push(...turn.calls)
    turn = emptyTurn()
  }
  const closeCalls = () => {
    history.push(...open.map(call => toolMessage(call.id, noResult)))
    open = []
  }
  messages.forEach((message, index) => {
    const text = textOf(message)
    if (text === undefined) return
    if (message.role === "assistant") {
      if (turn.calls.length === 0) closeCalls()
      if (isCall(message)) turn.calls.push(chatCall(message, text, ++calls))
      else if (message.channel !== "analysis") turn.content.push(text)
      else if (index > lastFinal) turn.reasoning.push(text)
      return
    }
    closeTurn()
    if (message.role === "tool") {
      // A result without its call can't be told to any server, so it goes.
      const answered = open.find(call => call.function.name === bareName(message.name)) ?? open[0]
      if (answered === undefined) return
      open = open.filter(call => call !== answered)
      history.push(toolMessage(answered.id, text))
    } else {
      closeCalls()
      history.push({ role: "user", content: text })
    }
  })
  closeTurn()
  closeCalls()
  return history
}

/** Text of a message whose content is text, not system or developer data. */
export function textOf(message: Message): string | undefined {
  if (message.role === "system" || message.role === "developer") return undefined
  if (typeof message.content === "string") return message.content
  return Array.isArray(message.content) ? message.content.join("") : undefined
}

type OpenTurn = { readonly reasoning: string[]; readonly content: string[]; readonly calls: ChatCall[] }

function emptyTurn(): OpenTurn {
  return { reasoning: [], content: [], calls: [] }
}

/** Nothing for a turn of reasoning alone: servers refuse an assistant message without content and calls. */
function assistantMessage(turn: OpenTurn, reasoningField: ReasoningField | null): readonly ChatMessage[] {
  const content = turn.content.filter(text => text !== "").join("\n\n")
  if (content === "" && turn.calls.length === 0) return []
  const reasoning = turn.reasoning.join("\n")
  return [
    {
      role: "assistant",
      content: content === "" ? null : content,
      ...(turn.calls.length > 0 && { tool_calls: turn.calls }),
      ...(reasoning !== "" && reasoningField === "reasoning" && { reasoning }),
      ...(reasoning !== "" && reasoningField === "reasoning_content" && { reasoning_content: reasoning }),
    },
  ]
}

function isCall(message: Message): boolean {
  return message.recipient !== undefined && message.recipient !== "all"
}

function chatCall(message: Message, text: string, position: number): ChatCall {
  const name = bareName(message.recipient)
  return { id: `call_${position}`, type: "function", function: { name, arguments: readableArguments(text) } }
}

function toolMessage(id: string, content: string): ChatMessage {
  return { role: "tool", tool_call_id: id, content }
}

function bareName(fullName: string | undefined): string {
  return (fullName ?? "").replace(/^functions\./, "")
}

/** Servers parse the arguments of history again and fail as a whole on bad ones; the result says what was wrong. */
function readableArguments(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? text : "{}"
  } catch {
    return "{}"
  }
}
