// What the agent loop reports while it works, in order. The last event is always `ended`.
import type { Message, ToolCall } from "../harmony/message.ts"
import type { ModelEvent } from "../model/languageModel.ts"
import type { ModelError } from "../model/modelError.ts"
import type { ToolResult, ToolRow } from "../tools/tool.ts"

export type AgentEvent =
  | Exclude<ModelEvent, { type: "toolCall" | "finish" }>
  | { readonly type: "callStarted"; readonly call: ToolCall; readonly row: ToolRow }
  | { readonly type: "callEnded"; readonly call: ToolCall; readonly result: ToolResult }
  /** To append to the conversation's history, in order. */
  | { readonly type: "history"; readonly messages: readonly Message[] }
  /** What the model wrote since the last call or history was in vain: it is asked again. `code`: why. */
  | { readonly type: "discarded"; readonly code: "repeated_text" | "endless_reasoning" }
  /** The model can't read the whole conversation any more: its oldest part isn't sent. */
  | { readonly type: "shortened" }
  | { readonly type: "ended"; readonly outcome: TurnOutcome }

export type TurnOutcome =
  | { readonly reason: "done" }
  | { readonly reason: "stopped" }
  /** The model ran into its output limit. */
  | { readonly reason: "cut" }
  /** No answer and no call, also when asked once more. */
  | { readonly reason: "empty" }
  /** The model repeats itself, its text or the same call, also when asked once more. */
  | { readonly reason: "looped" }
  | { readonly reason: "paused"; readonly toolCalls: number }
  /** The limit of generated tokens for one message of the user's. */
  | { readonly reason: "spent"; readonly tokens: number }
  /** Only tools that don't exist, three times in a row. */
  | { readonly reason: "unknownTools" }
  /** One tool of ours called with wrong arguments, and wrong in both retries. */
  | { readonly reason: "badArguments"; readonly tool: string }
  | { readonly reason: "failed"; readonly error: ModelError }
