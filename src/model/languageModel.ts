// The port "a model is something that streams". Nobody above this floor can tell a child process from an
// endpoint; everything that differs is in ModelDescription, as data.
import type { Conversation, Message, ToolCall } from "../harmony/message.ts"

export type ModelDescription = {
  readonly id: string
  /** What the page shows, e.g. "gpt-oss-20b" or "Demo model". */
  readonly label: string
  readonly where: "local" | "hosted"
  /** Where text goes, e.g. "https://openrouter.ai"; absent for local models. */
  readonly origin?: string
  /** Hosted models that step in when this one can't answer. */
  readonly stepsIn?: readonly { readonly label: string; readonly origin: string }[]
  /** In tokens. */
  readonly contextWindow: number
  readonly outputLimit: number
  readonly abilities: { readonly tools: boolean; readonly continueText: boolean }
  /** US dollars per million tokens. */
  readonly price?: { readonly input: number; readonly output: number }
}

export type ModelRequest = {
  /** Tools and reasoning effort are in its system and developer messages. */
  readonly conversation: Conversation
  readonly maxTokens: number
  /** Absent: the model's recommended value (1.0 for gpt-oss; 0 for the demo model). */
  readonly temperature?: number
  /** Stable for a conversation: lets an endpoint keep its prompt cache. */
  readonly sessionId?: string
  /** Much of the answer repeats the prompt, as code that is changed here and there. */
  readonly rewrites?: boolean
}

/** The conversation ends with a user message, `prefill` begins the assistant's `final`. */
export type ContinueRequest = ModelRequest & {
  readonly prefill: string
  /** Belongs to a conversation in the chat, and waits its turn there. Absent: ghost text. */
  readonly inChat?: boolean
}

export type Usage = {
  readonly promptTokens: number
  /** Prompt tokens that were not evaluated again. */
  readonly reusedTokens: number
  readonly generatedTokens: number
  /** Part of generatedTokens, where it is known. */
  readonly reasoningTokens?: number
  /** Milliseconds from the request to the first token of any channel. */
  readonly firstTokenMs: number
  /** Milliseconds from the first token to the last. */
  readonly generationMs: number
  /** US dollars, where the endpoint says so. */
  readonly cost?: number
  /** The company that ran the model, where a router says so. */
  readonly provider?: string
  /** The endpoint reported nothing: token counts are estimates. */
  readonly isEstimate?: boolean
}

export type FinishReason = "stop" | "calls" | "length" | "empty"

export type ModelEvent =
  /** The model isn't answering yet: being loaded, or reading the prompt (`done` of `total` tokens). */
  | { readonly type: "waiting"; readonly stage: "loading"; readonly fraction: number }
  | { readonly type: "waiting"; readonly stage: "reading"; readonly done: number; readonly total: number }
  /** The model on this computer is busy with another answer, or writes ghost text. */
  | { readonly type: "waiting"; readonly stage: "queued"; readonly for: "ghostText" | "answer" }
  /** An endpoint that can't answer just now is asked again in so many milliseconds. */
  | { readonly type: "waiting"; readonly stage: "retrying"; readonly ms: number }
  /** Text to append; `tokens` is how many generated tokens it stands for. */
  | { readonly type: "reasoning"; readonly text: string; readonly tokens: number }
  | { readonly type: "preamble"; readonly text: string; readonly tokens: number }
  | { readonly type: "text"; readonly text: string; readonly tokens: number }
  | { readonly type: "toolCall"; readonly call: ToolCall }
  | { readonly type: "usage"; readonly usage: Usage }
  /** A repaired or tolerated fault of the model's output; a code of the tolerant reader. */
  | { readonly type: "problem"; readonly code: string }
  /**
   * The last event. `messages` are this turn's in clean form, for the history: whoever asks for the next turn
   * passes these very objects on (the local model remembers which tokens they were).
   */
  | { readonly type: "finish"; readonly reason: FinishReason; readonly messages: readonly Message[] }

/** What `continueText` yields; `usage` comes last, and not after an abort. */
export type ContinueEvent = Extract<ModelEvent, { readonly type: "waiting" | "text" | "usage" }>

export interface LanguageModel {
  readonly description: ModelDescription
  /**
   * One model turn. Ends with `finish`; on failure throws a ModelError after the events so far; after an
   * abort it ends quietly without `finish`. Breaking out of the loop cancels.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
  /**
   * Text that follows `prefill`; absent where a model can't, which at an endpoint may change as more is known of it.
   * With `maxTokens` 0 the prompt is evaluated ahead and nothing is written. Fails and ends as `stream` does.
   */
  readonly continueText?:
    | ((request: ContinueRequest, signal: AbortSignal) => AsyncIterable<ContinueEvent>)
    | undefined
  /**
   * Reads ahead what the next `stream` of this conversation begins with, so that it has less to read; loads a local
   * model for it. Gives way to every request. Never throws: what is wrong shows when the answer is asked for.
   */
  readonly prepare?: ((conversation: Conversation, signal: AbortSignal) => Promise<void>) | undefined
  /** Tokens of the rendered conversation. Never loads a model to count. */
  countTokens(conversation: Conversation): Promise<number>
}
