// One turn of the model, from its first event to what it came to. Text that arrived before an abort, a loop or a
// failure becomes a partial answer. Decides nothing about what comes next.
import type { Message, ToolCall } from "../harmony/message.ts"
import type { FinishReason, ModelEvent } from "../model/languageModel.ts"
import { ModelError, modelErrorOf } from "../model/modelError.ts"
import type { AgentEvent } from "./agentEvent.ts"
import { partialAnswer } from "./chatPrompt.ts"
import type { LoopGuard } from "./loopGuard.ts"

export type ModelTurn = {
  /** For the history, in clean form. */
  readonly messages: readonly Message[]
  readonly calls: readonly ToolCall[]
  readonly isAnswered: boolean
  /** Generated, reasoning included. */
  readonly tokens: number
} & (
  | { readonly reason: FinishReason | "stopped" | "looped" }
  | { readonly reason: "failed"; readonly error: ModelError }
)

/** Never throws. `events`: of a model that was just asked; breaking out of them cancels it. */
export async function* modelTurn(
  events: AsyncIterable<ModelEvent>,
  guard: LoopGuard,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, ModelTurn> {
  const calls: ToolCall[] = []
  let answer = ""
  let streamed = 0
  let generated: number | undefined
  const tokens = () => generated ?? streamed
  /** No call of a turn that broke off is run. */
  const brokenOff = () => ({
    messages: answer.trim() === "" ? [] : [partialAnswer(answer)],
    calls: [],
    isAnswered: answer.trim() !== "",
    tokens: tokens(),
  })
  try {
    for await (const event of events) {
      if (event.type === "finish") {
        const { messages, reason } = event
        return { messages, calls, isAnswered: answer.trim() !== "", tokens: tokens(), reason }
      }
      if (event.type === "toolCall") {
        calls.push(event.call)
        continue
      }
      if (event.type === "text") answer += event.text
      if (event.type === "usage") generated = (generated ?? 0) + event.usage.generatedTokens
      yield event
      if (event.type !== "reasoning" && event.type !== "preamble" && event.type !== "text") continue
      streamed += event.tokens
      if (guard.textLoops(event.type, event.text)) return { ...brokenOff(), reason: "looped" }
    }
  } catch (error) {
    return { ...brokenOff(), reason: "failed", error: modelErrorOf(error) }
  }
  return signal.aborted
    ? { ...brokenOff(), reason: "stopped" }
    : { ...brokenOff(), reason: "failed", error: new ModelError("streamCut") }
}
