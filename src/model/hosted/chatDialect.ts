// What differs between servers that all say "OpenAI-compatible", as data. It knows no server by name: the presets
// name theirs, and what was learnt of an endpoint is laid over it.

export type ChatDialect = {
  /**
   * Under which key reasoning goes back inside a tool loop. "received": under the one the server itself used, so
   * that a strict server never sees a key it doesn't know; null: never.
   */
  readonly reasoningField: ReasoningField | "received" | null
  /** The form in which the reasoning effort is asked for; null: it isn't. */
  readonly effort: "reasoning_effort" | "reasoning" | "chat_template_kwargs" | null
  /** Whether `stream_options` may be sent; without it most servers report no usage. */
  readonly asksForUsage: boolean
  /** Whether an answer by JSON schema can be asked for. */
  readonly structuredOutput: "json_schema" | null
  /** Sampling that has to be switched off by name, where a server adds its own to gpt-oss's. */
  readonly sampling: Readonly<Record<string, number>>
  /** Key for the conversation's stable id, which keeps a server's prompt cache warm. */
  readonly sessionField: "session_id" | "prompt_cache_key" | null
  /** What becomes of words beside calls: some templates refuse content together with reasoning and calls. */
  readonly preambleWithCalls: "content" | "leftOut"
  /** Some templates render the first call of a message only. */
  readonly callsPerMessage: "many" | "one"
  /** Whether results carry the tool's name. */
  readonly namesToolResults: boolean
  /** Where token ids can be sent and come back, for the raw Harmony format; null: not known to be possible. */
  readonly rawCompletions: RawForm | null
  /** Path from the server's root that answers when it is healthy: "/health". */
  readonly healthPath: string | null
}

export type ReasoningField = "reasoning" | "reasoning_content" | "reasoning_details"

/** vLLM's `POST {base}/completions`, llama-server's `POST /completion` at its root. */
export type RawForm = "vllm" | "llamaServer"

/** What most servers take, local and hosted. */
export const defaultDialect: ChatDialect = {
  reasoningField: "received",
  effort: "reasoning_effort",
  asksForUsage: true,
  structuredOutput: "json_schema",
  sampling: {},
  sessionField: null,
  preambleWithCalls: "content",
  callsPerMessage: "many",
  namesToolResults: true,
  rawCompletions: null,
  healthPath: null,
}
