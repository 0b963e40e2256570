// One chunk of a Chat Completions stream, read from whatever the server sent. Every field is optional and of any
// type until it was looked at; knows nothing of the chunks before.
import type { ReasoningField } from "./chatDialect.ts"

export type ChatChunk = {
  readonly reasoning: string
  /** Where the reasoning was found, if it can be sent back under that name. */
  readonly reasoningField: ReasoningField | null
  readonly content: string
  readonly toolCalls: readonly unknown[]
  readonly finishReason: string | undefined
  readonly usage: ChunkUsage | undefined
}

export type ChunkUsage = {
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly completionTokens: number
  readonly cost: number | undefined
}

/** Reads the first choice; a chunk in the shape of a whole answer (`message`) counts as one delta. */
export function chatChunk(value: unknown): ChatChunk {
  const chunk = record(value)
  const choice = record(Array.isArray(chunk.choices) ? chunk.choices[0] : undefined)
  const delta = record(choice.delta ?? choice.message)
  const { reasoning, field } = reasoningOf(delta)
  const legacyCall =
    delta.function_call === undefined || delta.function_call === null ? [] : [delta.function_call]
  return {
    reasoning,
    reasoningField: field,
    content: textOf(delta.content),
    toolCalls: Array.isArray(delta.tool_calls) ? delta.tool_calls : legacyCall,
    finishReason:
      typeof choice.finish_reason === "string" && choice.finish_reason !== ""
        ? choice.finish_reason
        : undefined,
    // Groq repeats it under its own name.
    usage: usageOf(chunk.usage) ?? usageOf(record(chunk.x_groq).usage),
  }
}

/** The first of the known names that holds text, and only that: gateways send the same text under two names. */
function reasoningOf(delta: Fields): { readonly reasoning: string; readonly field: ReasoningField | null } {
  for (const [name, field] of reasoningNames) {
    const reasoning = name === "reasoning_details" ? detailsText(delta[name]) : textOf(delta[name])
    if (reasoning !== "") return { reasoning, field }
  }
  return { reasoning: "", field: null }
}

const reasoningNames = [
  ["reasoning", "reasoning"],
  ["reasoning_content", "reasoning_content"],
  ["thinking", null],
  ["reasoning_details", "reasoning"],
] as const

/** OpenRouter: `[{type: "reasoning.text", text}, {type: "reasoning.summary", summary}]`; encrypted ones hold none. */
function detailsText(value: unknown): string {
  if (!Array.isArray(value)) return ""
  return value
    .map(record)
    .map(({ text, summary }) => textOf(text) || textOf(summary))
    .join("")
}

/** Text, or a list of text parts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value
  if (!Array.isArray(value)) return ""
  return value.map(part => (typeof part === "string" ? part : textOf(record(part).text))).join("")
}

function usageOf(value: unknown): ChunkUsage | undefined {
  const usage = record(value)
  if (typeof usage.prompt_tokens !== "number" && typeof usage.completion_tokens !== "number") return undefined
  return {
    promptTokens: count(usage.prompt_tokens),
    cachedTokens: count(record(usage.prompt_tokens_details).cached_tokens),
    completionTokens: count(usage.completion_tokens),
    cost: typeof usage.cost === "number" && usage.cost >= 0 ? usage.cost : undefined,
  }
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0
}

type Fields = { readonly [key: string]: unknown }

function record(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {}
}
