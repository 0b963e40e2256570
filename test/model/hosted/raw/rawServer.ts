// Servers of raw completions as data for the scripted endpoint: what vLLM and llama-server send for given ids (field
// by field as their sources do), a tokenizer with another vocabulary, and a model to ask them with.
import { o200kVocabulary } from "../../../../src/harmony/o200kVocabulary.ts"
import { createPieceDecoder, encodeSegments } from "../../../../src/harmony/vocabulary.ts"
import { type RawModelOptions, rawModel } from "../../../../src/model/hosted/raw/rawModel.ts"
import type { ContinueEvent, LanguageModel } from "../../../../src/model/languageModel.ts"
import { controlTokens, type Segment } from "../../../../src/protocol/segment.ts"
import { heldClock, testKey } from "../../../support/hostedTest.ts"
import {
  event,
  jsonReply,
  type Reply,
  type ReplyStep,
  type ScriptedRequest,
  streamReply,
} from "../../../support/scriptedEndpoint.ts"

export const vocabulary = await o200kVocabulary()

/** "<|channel|>final<|message|>Hi" as segments: markers are control tokens, the rest is text. */
export function segments(text: string): readonly Segment[] {
  return text
    .split(/(<\|[a-z]+\|>)/)
    .filter(part => part !== "")
    .map(part => {
      const control = controlTokens.find(name => part === `<|${name}|>`)
      return control === undefined ? { text: part } : { control }
    })
}

/** The o200k ids of it. */
export function ids(text: string): readonly number[] {
  return encodeSegments(vocabulary, segments(text))
}

/** What ids spell, control tokens by name. */
export function spelt(list: readonly number[]): string {
  const decoder = createPieceDecoder(vocabulary)
  const pieces = [...list.flatMap(id => decoder.push(id)), ...decoder.flush()]
  return pieces
    .map(piece =>
      "text" in piece ? piece.text : "control" in piece ? `<|${piece.control}|>` : piece.reserved,
    )
    .join("")
}

export function model(baseUrl: string, more: Partial<RawModelOptions> = {}): LanguageModel {
  return rawModel({
    baseUrl,
    form: "vllm",
    vocabulary: "o200k",
    model: "openai/gpt-oss-20b",
    label: "gpt-oss-20b",
    apiKey: async () => testKey,
    contextWindow: 131_072,
    outputLimit: 4096,
    countTokens: async () => 77,
    clock: heldClock(),
    ...more,
  })
}

/** vLLM's events for these ids, `size` of them an event, ended by the token or the limit. */
export function vllmEvents(list: readonly number[], finish: "stop" | "length" = "stop", size = 1): string[] {
  const chunks = list.flatMap((_, at) => (at % size === 0 ? [list.slice(at, at + size)] : []))
  const choice = (token_ids: readonly number[], isLast: boolean) => ({
    index: 0,
    text: "?",
    logprobs: null,
    finish_reason: isLast ? finish : null,
    stop_reason: null,
    token_ids,
  })
  return [
    ...chunks.map((part, index) => event({ choices: [choice(part, index === chunks.length - 1)] })),
    event({
      choices: [],
      usage: {
        prompt_tokens: 90,
        completion_tokens: list.length,
        prompt_tokens_details: { cached_tokens: 64 },
      },
    }),
    "data: [DONE]\n\n",
  ]
}

export function vllmReply(text: string, finish: "stop" | "length" = "stop", size = 1): Reply {
  return streamReply(vllmEvents(ids(text), finish, size))
}

/** llama-server's token events: an id that ends within a character isn't sent; control text depends on its kind. */
export function llamaEvents(list: readonly number[], evaluated = 90): string[] {
  let written = 0
  const decoder = createPieceDecoder(vocabulary)
  return list.flatMap(id => {
    written++
    const pieces = decoder.push(id)
    const content = pieces.map(piece => ("text" in piece ? piece.text : "")).join("")
    if (pieces.length === 0) return []
    return [
      event({
        index: 0,
        content,
        tokens: [id],
        stop: false,
        id_slot: 0,
        tokens_predicted: written,
        tokens_evaluated: evaluated,
      }),
    ]
  })
}

/** As llama-server begins when asked for progress: events with a token that means nothing. */
export function llamaProgress(total: number, cache: number): string[] {
  const progress = (processed: number) =>
    event({
      index: 0,
      content: "",
      tokens: [0],
      stop: false,
      id_slot: 0,
      tokens_predicted: 0,
      tokens_evaluated: total,
      prompt_progress: { total, cache, processed, time_ms: 1 },
    })
  return [progress(cache), progress(total)]
}

export function llamaFinal(
  written: number,
  stop_type: "eos" | "limit" | "word" | "none",
  cache_n = 64,
): string {
  const timings = { cache_n, prompt_n: 26, prompt_ms: 1, predicted_n: written, predicted_ms: 1 }
  return event({
    content: "",
    tokens: [],
    stop: true,
    stop_type,
    truncated: false,
    tokens_predicted: written,
    tokens_evaluated: 90,
    timings,
  })
}

export function llamaReply(text: string, stop: "eos" | "limit" = "eos"): Reply {
  const list = ids(text)
  return streamReply([...llamaProgress(90, 64), ...llamaEvents(list), llamaFinal(list.length, stop)])
}

/** Bytes are their own ids, control tokens follow from 300 on. */
export const otherIds = new Map(controlTokens.map((control, index) => [`<|${control}|>`, 300 + index]))

/** Like llama.cpp's for a gpt-oss file: most control tokens are found in text even when that is switched off. */
export function otherTokenizer({ body }: ScriptedRequest): Reply {
  const content: unknown = typeof body === "object" && body !== null && "content" in body ? body.content : ""
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content]
  const tokens = parts.flatMap(part =>
    typeof part === "number"
      ? part
      : String(part)
          .split(/(<\|[a-z]+\|>)/)
          .flatMap(text => otherIds.get(text) ?? [...Buffer.from(text)]),
  )
  return jsonReply(200, { tokens })
}

/** The ids that a request's body asked to go on from. */
export function promptOf(request: ScriptedRequest | undefined): readonly number[] {
  const body = request?.body
  const prompt = typeof body === "object" && body !== null && "prompt" in body ? body.prompt : []
  return Array.isArray(prompt) ? prompt : []
}

/** A reply that ends badly after some of it. */
export function cutReply(steps: readonly ReplyStep[]): Reply {
  return streamReply([...steps, { reset: true }])
}

export async function collectText(
  events: AsyncIterable<ContinueEvent>,
): Promise<{ text: string; events: ContinueEvent[] }> {
  const all: ContinueEvent[] = []
  for await (const each of events) all.push(each)
  return { text: all.map(each => (each.type === "text" ? each.text : "")).join(""), events: all }
}
