// One chunk of a Chat Completions stream, read from whatever the server sent. Every field is optional and of any
// type until it was looked at; knows nothing of the chunks before.
import type { ReasoningField } from "./chatDialect.ts"
import { type JsonFields, jsonFields, listOf, nameOf } from "./jsonFields.ts"

export type ChatChunk = {
  readonly reasoning: string
  /** Where the reasoning was found, if it can be sent back under that name. */
  readonly reasoningField: ReasoningField | null
  /** Blocks of reasoning as they came, whatever else holds the text. */
  readonly reasoningDetails: readonly JsonFields[]
  readonly content: string
  readonly toolCalls: readonly unknown[]
  readonly finishReason: string | undefined
  readonly usage: ChunkUsage | undefined
  /** The company that ran the model, from a router. */
  readonly provider: string | undefined
  /** Groq says in passing why it stopped early. */
  readonly fault: string | undefined
}

export type ChunkUsage = {
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly completionTokens: number
  readonly reasoningTokens: number | undefined
  /** US dollars. */
  readonly cost: number | undefined
}

/** Reads the first choice; a chunk in the shape of a whole answer (`message`) counts as one delta. */
export function chatChunk(value: unknown): ChatChunk {
  const chunk = jsonFields(value)
  const choice = jsonFields(listOf(chunk.choices)[0])
  const delta = jsonFields(choice.delta ?? choice.message)
  const groq = jsonFields(chunk.x_groq)
  const { reasoning, field } = reasoningOf(delta)
  const legacyCall =
    delta.function_call === undefined || delta.function_call === null ? [] : [delta.function_call]
  const reason = choice.finish_reason
  return {
    reasoning,
    reasoningField: field,
    reasoningDetails: listOf(delta.reasoning_details).map(jsonFields),
    content: textOf(delta.content),
    toolCalls: Array.isArray(delta.tool_calls) ? delta.tool_calls : legacyCall,
    finishReason: typeof reason === "string" && reason !== "" ? reason : undefined,
    usage: usageOf(chunk.usage, chunk.timings) ?? usageOf(groq.usage, undefined) ?? timed(chunk.timings),
    provider: nameOf(chunk.provider),
    fault: typeof groq.error === "string" && groq.error !== "" ? groq.error : undefined,
  }
}

/** The first of the known names that holds text, and only that: gateways send the same text under two names. */
function reasoningOf(delta: JsonFields): {
  readonly reasoning: string
  readonly field: ReasoningField | null
} {
  for (const [name, field] of reasoningNames) {
    const value = delta[name]
    if (value === undefined || value === null) continue
    const reasoning = name === "reasoning_details" ? detailsText(value) : textOf(value)
    if (reasoning !== "") return { reasoning, field }
  }
  return { reasoning: "", field: null }
}

/** Names of the wild, and the key under which such text goes back; null: none is known to take it. */
const reasoningNames = [
  ["reasoning", "reasoning"],
  ["reasoning_content", "reasoning_content"],
  ["thinking", null],
  ["reasoning_text", null],
  ["reasoning_summary", null],
  ["reasoning_details", "reasoning_details"],
] as const

/** OpenRouter: `[{type: "reasoning.text", text}, {type: "reasoning.summary", summary}]`; encrypted ones hold none. */
function detailsText(value: unknown): string {
  return listOf(value)
    .map(jsonFields)
    .map(({ text, summary }) => textOf(text) || textOf(summary))
    .join("")
}

/** Text, or a list of text parts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value
  return listOf(value)
    .map(part => (typeof part === "string" ? part : textOf(jsonFields(part).text)))
    .join("")
}

/** llama-server knows beside the usual fields how much of the prompt was in its cache. */
function usageOf(value: unknown, timings: unknown): ChunkUsage | undefined {
  const usage = jsonFields(value)
  if (typeof usage.prompt_tokens !== "number" && typeof usage.completion_tokens !== "number") return undefined
  const { cached_tokens: cached } = jsonFields(usage.prompt_tokens_details)
  const { reasoning_tokens: reasoning } = jsonFields(usage.completion_tokens_details)
  return {
    promptTokens: count(usage.prompt_tokens),
    cachedTokens: count(cached ?? jsonFields(timings).cache_n),
    completionTokens: count(usage.completion_tokens),
    reasoningTokens: typeof reasoning === "number" ? count(reasoning) : undefined,
    cost: money(usage.cost) ?? money(usage.estimated_cost),
  }
}

/** llama-server without `stream_options`. */
function timed(value: unknown): ChunkUsage | undefined {
  const { prompt_n: read, cache_n: cached, predicted_n: written } = jsonFields(value)
  if (typeof read !== "number" || typeof written !== "number") return undefined
  return {
    promptTokens: count(read) + count(cached),
    cachedTokens: count(cached),
    completionTokens: count(written),
    reasoningTokens: undefined,
    cost: undefined,
  }
}

function money(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && Number.isFinite(value) ? value : undefined
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0
}
