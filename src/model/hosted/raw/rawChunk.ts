// One event of a raw stream, read tolerantly from either form. Knows JSON shapes only; what ids mean is for others.
import type { RawForm } from "../chatDialect.ts"
import { type JsonFields, jsonFields, present } from "../jsonFields.ts"

export type RawChunk = {
  readonly ids: readonly number[]
  /** llama-server: the whole characters that the ids complete. */
  readonly text?: string
  /** llama-server: how many tokens it has written by now, these included. */
  readonly written?: number
  /** Prompt tokens that are evaluated, of all. */
  readonly reading?: { readonly done: number; readonly total: number }
  readonly finish?: "stop" | "length" | "error"
  readonly usage: RawUsage
}

export type RawUsage = {
  readonly promptTokens?: number
  /** Prompt tokens that were not evaluated again. */
  readonly reusedTokens?: number
  readonly generatedTokens?: number
}

/** Undefined: text came without token ids, or nothing of this form. */
export function rawChunk(form: RawForm, event: unknown): RawChunk | undefined {
  const fields = jsonFields(event)
  return form === "vllm" ? vllmChunk(fields) : llamaServerChunk(fields)
}

/** `{choices: [{text, token_ids, finish_reason, stop_reason}], usage}`; the last event has usage and no choice. */
function vllmChunk(fields: JsonFields): RawChunk | undefined {
  const choices: readonly unknown[] | undefined = Array.isArray(fields.choices) ? fields.choices : undefined
  if (choices === undefined) return undefined
  const choice = jsonFields(choices[0])
  const ids = idsOf(choice.token_ids) ?? []
  if (ids.length === 0 && typeof choice.text === "string" && choice.text !== "") return undefined
  const finish = vllmFinish(choice.finish_reason)
  // Ids hold the token that stopped; a server that leaves it out names it here.
  const stoppedBy = finish === "stop" ? countOf(choice.stop_reason) : undefined
  const isMissing = stoppedBy !== undefined && ids.at(-1) !== stoppedBy
  return {
    ids: isMissing ? [...ids, stoppedBy] : ids,
    ...(finish !== undefined && { finish }),
    usage: vllmUsage(jsonFields(fields.usage)),
  }
}

function vllmUsage(usage: JsonFields): RawUsage {
  return present({
    promptTokens: countOf(usage.prompt_tokens),
    reusedTokens: countOf(jsonFields(usage.prompt_tokens_details).cached_tokens),
    generatedTokens: countOf(usage.completion_tokens),
  })
}

function vllmFinish(reason: unknown): RawChunk["finish"] {
  if (typeof reason !== "string") return undefined
  if (reason === "stop" || reason === "length") return reason
  return reason === "error" || reason === "abort" ? "error" : "length"
}

/**
 * `{content, tokens, stop, tokens_predicted, tokens_evaluated, prompt_progress, stop_type, truncated, timings}`.
 * An event of progress has a `tokens: [0]` that means nothing. A token that ends within a character isn't sent at
 * all; its text comes with the token that completes the character, and only `tokens_predicted` tells.
 */
function llamaServerChunk(fields: JsonFields): RawChunk | undefined {
  const progress = jsonFields(fields.prompt_progress)
  const [done, total] = [countOf(progress.processed), countOf(progress.total)]
  if (done !== undefined && total !== undefined)
    return {
      ids: [],
      reading: { done: Math.min(done, total), total },
      usage: present({ promptTokens: total, reusedTokens: countOf(progress.cache) }),
    }
  if (typeof fields.content !== "string") return undefined
  const ids = idsOf(fields.tokens) ?? []
  if (ids.length === 0 && fields.content !== "") return undefined
  const written = countOf(fields.tokens_predicted)
  return {
    ids,
    text: fields.content,
    ...(written !== undefined && { written }),
    ...(fields.stop === true && { finish: llamaServerFinish(fields) }),
    usage: present({
      promptTokens: countOf(fields.tokens_evaluated),
      reusedTokens: countOf(jsonFields(fields.timings).cache_n),
      generatedTokens: written,
    }),
  }
}

/** Only `eos` is the model's own end: a stop word of the server's command line cuts an answer like a limit does. */
function llamaServerFinish({ stop_type: type, truncated }: JsonFields): "stop" | "length" {
  return type === "eos" && truncated !== true ? "stop" : "length"
}

function idsOf(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) && value.every(id => countOf(id) !== undefined) ? value : undefined
}

/** Ids and counts are below 2³¹ at every server. */
function countOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31
    ? value
    : undefined
}
