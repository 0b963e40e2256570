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
  | { readonly type: "ended"; readonly outcome: TurnOutcome }

export type TurnOutcome =
  | { readonly reason: "done" | "stopped" }
  /** The model ran into its output limit. */
  | { readonly reason: "cut" }
  /** No answer and no call, after one nudge. */
  | { readonly reason: "empty" }
  /** The model repeats itself: its text, or the same call. */
  | { readonly reason: "looped" }
  | { readonly reason: "paused"; readonly toolCalls: number }
  | { readonly reason: "failed"; readonly error: ModelError }
