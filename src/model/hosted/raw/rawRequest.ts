// One raw completion as a server wants it: where it is asked for, and the body. Knows both forms, no network.
import type { RawForm } from "../chatDialect.ts"
import { serverRoot } from "../endpointJson.ts"

const countedFields = ["tokens_predicted", "tokens_evaluated", "timings"]

export type RawRequest = {
  readonly model: string
  readonly prompt: readonly number[]
  /** 0: the prompt is evaluated ahead, and nothing is wanted. */
  readonly maxTokens: number
  readonly temperature: number
  readonly stopIds: readonly number[]
}

/** vLLM answers below the base URL, llama-server at the server's root (its `/v1/completions` gives text only). */
export function rawAddress(form: RawForm, baseUrl: string): string {
  return form === "vllm" ? `${baseUrl}/completions` : `${serverRoot(baseUrl)}/completion`
}

/**
 * Sampling is spelt out, as servers have defaults of their own (llama-server: top-k 40, min-p 0.05); gpt-oss is
 * sampled with temperature alone. Sources: vLLM's entrypoints/openai/completion/protocol.py, llama.cpp's
 * tools/server/server-schema.cpp.
 */
export function rawRequest(form: RawForm, request: RawRequest): object {
  const { model, prompt, maxTokens, temperature } = request
  const common = {
    model,
    prompt,
    stream: true,
    temperature,
    top_p: 1,
    min_p: 0,
    presence_penalty: 0,
    frequency_penalty: 0,
  }
  if (form === "vllm")
    return {
      ...common,
      // It writes at least one token.
      max_tokens: Math.max(1, maxTokens),
      stream_options: { include_usage: true },
      return_token_ids: true,
      skip_special_tokens: false,
      spaces_between_special_tokens: false,
      stop_token_ids: request.stopIds,
      // The one spelling of "off" that every version takes.
      top_k: -1,
      repetition_penalty: 1,
    }
  return {
    ...common,
    n_predict: maxTokens,
    return_tokens: true,
    return_progress: true,
    // Of the last event; without it the whole prompt comes back as text.
    response_fields: ["content", "tokens", "stop", "stop_type", "truncated", ...countedFields],
    cache_prompt: true,
    // Its stop words are texts, and text must not end an answer; it ends by itself on return, call and endoftext.
    ignore_eos: false,
    top_k: 0,
    typical_p: 1,
    repeat_penalty: 1,
    dry_multiplier: 0,
    xtc_probability: 0,
    mirostat: 0,
    seed: -1,
  }
}
