// What differs between servers that all say "OpenAI-compatible", as data. It knows no server by name; whoever
// knows one passes other values.

export type ChatDialect = {
  /**
   * Under which key reasoning goes back inside a tool loop. "received": under the one the server itself used, so
   * that a strict server never sees a key it doesn't know; null: never.
   */
  readonly reasoningField: ReasoningField | "received" | null
  /** Whether `reasoning_effort` may be sent. */
  readonly sendsEffort: boolean
  /** Whether `stream_options` may be sent; without it most servers report no usage. */
  readonly asksForUsage: boolean
  /** Key for the conversation's stable id, which keeps a server's prompt cache warm. */
  readonly sessionField: "session_id" | "prompt_cache_key" | null
}

export type ReasoningField = "reasoning" | "reasoning_content"

/** What most servers take, local and hosted. */
export const defaultDialect: ChatDialect = {
  reasoningField: "received",
  sendsEffort: true,
  asksForUsage: true,
  sessionField: null,
}
