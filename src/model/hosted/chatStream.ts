// Chunks of one answer → ModelEvents and, at its end, clean Harmony messages. A call is only told when the stream
// ended properly, so nothing that was cut is ever run. Knows no network; time is handed in.
import type { Message, ToolCall } from "../../harmony/message.ts"
import type { FinishReason, ModelEvent } from "../languageModel.ts"
import { type ChunkUsage, chatChunk } from "./chatChunk.ts"
import type { ReasoningField } from "./chatDialect.ts"
import { toolCallFragments } from "./chatToolCalls.ts"

export type ChatStream = {
  /** What a chunk adds. */
  add(chunk: unknown): readonly ModelEvent[]
  /** The server said how the answer ended. */
  readonly isFinished: boolean
  /** Why it ended, when not by the model: "content_filter" or "error". */
  readonly refusal: string | undefined
  /** More text than any answer has. */
  readonly isTooLong: boolean
  readonly reasoningField: ReasoningField | null
  /** Calls, problems, usage and `finish`. */
  end(): readonly ModelEvent[]
}

export type ChatStreamOptions = {
  readonly offered: readonly string[]
  readonly newId: () => string
  /** Milliseconds; the request was sent at `startedAt`. */
  readonly now: () => number
  readonly startedAt: number
  /** For servers that report no usage. */
  readonly promptTokens: () => number
}

/** Characters of reasoning, answer and arguments together. */
const maxText = 16_777_216

export function chatStream(options: ChatStreamOptions): ChatStream {
  const fragments = toolCallFragments(options.offered, options.newId)
  const text = { reasoning: "", content: "" }
  let usage: ChunkUsage | undefined
  let finishReason: string | undefined
  let reasoningField: ReasoningField | null = null
  let firstAt: number | undefined
  let lastAt = options.startedAt
  let generated = 0

  return {
    add,
    end,
    get isFinished() {
      return finishReason !== undefined
    },
    get refusal() {
      return finishReason === "content_filter" || finishReason === "error" ? finishReason : undefined
    },
    get isTooLong() {
      return text.reasoning.length + text.content.length + fragments.size > maxText
    },
    get reasoningField() {
      return reasoningField
    },
  }

  function add(value: unknown): readonly ModelEvent[] {
    const chunk = chatChunk(value)
    usage = chunk.usage ?? usage
    finishReason = chunk.finishReason ?? finishReason
    reasoningField = chunk.reasoningField ?? reasoningField
    if (chunk.reasoning !== "" || chunk.content !== "" || chunk.toolCalls.length > 0) {
      lastAt = options.now()
      firstAt ??= lastAt
    }
    text.reasoning += chunk.reasoning
    text.content += chunk.content
    const { toolCalls } = chunk
    toolCalls.forEach((fragment, position) => {
      generated++
      fragments.add(fragment, position, toolCalls.length)
    })
    return [
      ...piece("reasoning", chunk.reasoning),
      ...piece(fragments.isEmpty ? "text" : "preamble", chunk.content),
    ]
  }

  /** Before a call begins nobody can tell a preamble from the answer, so it is told as text at once. */
  function piece(type: "reasoning" | "preamble" | "text", added: string): readonly ModelEvent[] {
    if (added === "") return []
    const tokens = tokensOf(added)
    generated += tokens
    return [{ type, text: added, tokens }]
  }

  function end(): readonly ModelEvent[] {
    const calls = fragments.calls(finishReason === "length")
    const reason = reasonOf(calls)
    const problems = [
      ...new Set([...calls.flatMap(call => call.problems), ...(reason === "empty" ? ["final_missing"] : [])]),
    ]
    return [
      ...calls.map(call => ({ type: "toolCall", call }) as const),
      ...problems.map(code => ({ type: "problem", code }) as const),
      { type: "usage", usage: usageEvent() },
      { type: "finish", reason, messages: messages(calls) },
    ]
  }

  function reasonOf(calls: readonly ToolCall[]): FinishReason {
    if (finishReason === "length") return "length"
    if (calls.length > 0) return "calls"
    return text.content.trim() === "" ? "empty" : "stop"
  }

  function usageEvent() {
    const first = firstAt ?? lastAt
    return {
      promptTokens: usage?.promptTokens ?? options.promptTokens(),
      reusedTokens: usage?.cachedTokens ?? 0,
      generatedTokens: usage?.completionTokens ?? generated,
      firstTokenMs: first - options.startedAt,
      generationMs: lastAt - first,
      ...(usage?.cost !== undefined && { cost: usage.cost }),
    }
  }

  function messages(calls: readonly ToolCall[]): readonly Message[] {
    const { reasoning, content } = text
    const channel = calls.length > 0 ? "commentary" : "final"
    return [
      ...(reasoning.trim() === "" ? [] : [assistant("analysis", reasoning)]),
      ...(content.trim() === "" ? [] : [assistant(channel, content)]),
      ...calls.map(callMessage),
    ]
  }
}

/** A chunk mostly holds one token, of four characters on average; bigger chunks are counted by that. */
function tokensOf(text: string): number {
  return Math.max(1, Math.round(text.length / 4))
}

function assistant(channel: "analysis" | "commentary" | "final", content: string): Message {
  return { role: "assistant", channel, content }
}

/** Repaired arguments go into history repaired: a bad form there teaches the model to repeat it. */
function callMessage({ name, arguments: value, rawArguments, problems }: ToolCall): Message {
  const isRepaired = problems.includes("repaired_arguments") || rawArguments.trim() === ""
  return {
    role: "assistant",
    recipient: `functions.${name}`,
    channel: "commentary",
    contentType: "<|constrain|>json",
    content: value !== null && isRepaired ? JSON.stringify(value) : rawArguments,
  }
}
