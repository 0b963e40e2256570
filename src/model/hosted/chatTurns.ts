// Harmony messages → the turns of a Chat Completions history: what belongs into one assistant message, and which
// result answers which call. Decides nothing about a server; rule: analysis before the last final goes, after it
// all stays.
import type { Message } from "../../harmony/message.ts"

export type ChatTurn =
  | { readonly type: "user"; readonly text: string }
  | {
      readonly type: "assistant"
      readonly messages: readonly Message[]
      /** Of the running tool loop only. */
      readonly reasoning: string
      readonly content: string
      readonly calls: readonly TurnCall[]
      /** Comes after the last final. */
      readonly isRunning: boolean
    }

export type TurnCall = {
  readonly id: string
  readonly name: string
  /** JSON of an object. */
  readonly arguments: string
  readonly result: string
}

/** Result of a call that was stopped or never run: servers refuse a call that has none. */
const noResult = "Not run: the turn was stopped."

type OpenCall = { readonly id: string; readonly name: string; readonly arguments: string; result?: string }

type OpenTurn = {
  readonly messages: Message[]
  readonly reasoning: string[]
  readonly content: string[]
  readonly calls: OpenCall[]
  readonly isRunning: boolean
  /** A result has come: the next assistant message begins another turn. */
  isAnswered: boolean
}

/**
 * User, assistant and tool messages in order; system and developer messages are left out. Ids of calls are made
 * from their position, so that the same history is always the same bytes (prompt caches) whoever produced it.
 */
export function chatTurns(messages: readonly Message[]): readonly ChatTurn[] {
  const lastFinal = messages.findLastIndex(
    message => message.role === "assistant" && message.channel === "final",
  )
  const turns: (OpenTurn | { readonly type: "user"; readonly text: string })[] = []
  let open: OpenTurn | undefined
  let calls = 0
  messages.forEach((message, index) => {
    const text = textOf(message)
    if (text === undefined) return
    if (message.role === "user") {
      open = undefined
      turns.push({ type: "user", text })
    } else if (message.role === "tool") {
      // A result without its call can't be told to any server, so it goes.
      const unanswered = open?.calls.filter(call => call.result === undefined) ?? []
      const answered = unanswered.find(call => call.name === plainName(message.name)) ?? unanswered[0]
      if (answered === undefined || open === undefined) return
      answered.result = text
      open.isAnswered = true
    } else if (message.role === "assistant") {
      if (open === undefined || open.isAnswered) {
        open = {
          messages: [],
          reasoning: [],
          content: [],
          calls: [],
          isRunning: index > lastFinal,
          isAnswered: false,
        }
        turns.push(open)
      }
      open.messages.push(message)
      if (isCall(message)) open.calls.push(callOf(message, text, ++calls))
      else if (message.channel !== "analysis") open.content.push(text)
      else if (index > lastFinal) open.reasoning.push(text)
    }
  })
  return turns.map(turn => ("type" in turn ? turn : closed(turn)))
}

/** Text of a message whose content is text, not system or developer data. */
export function textOf(message: Message): string | undefined {
  if (message.role === "system" || message.role === "developer") return undefined
  if (typeof message.content === "string") return message.content
  return Array.isArray(message.content) ? message.content.join("") : undefined
}

function closed({ messages, reasoning, content, calls, isRunning }: OpenTurn): ChatTurn {
  return {
    type: "assistant",
    messages,
    reasoning: reasoning.join("\n"),
    content: content.filter(text => text !== "").join("\n\n"),
    calls: calls.map(call => ({ ...call, result: call.result ?? noResult })),
    isRunning,
  }
}

function isCall(message: Message): boolean {
  return message.recipient !== undefined && message.recipient !== "all"
}

function callOf(message: Message, text: string, position: number): OpenCall {
  return {
    id: `call_${position}`,
    name: plainName(message.recipient),
    arguments: readableArguments(text),
  }
}

/** Without its namespace, and of characters and a length that every server takes: an unknown tool's can be anything. */
function plainName(fullName: string | undefined): string {
  const name = (fullName ?? "").replace(/^functions\./, "").replace(/[^\w-]/g, "_")
  return name === "" ? "unknown" : name.slice(0, 64)
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
