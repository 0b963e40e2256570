// START HERE: how a message becomes an answer. The model streams a turn; while it asks for tools they are run
// and the model goes on; everything that happens is an event. The loop knows no page, no editor and no log.
import type { Message, ToolCall } from "../harmony/message.ts"
import type { FinishReason, LanguageModel } from "../model/languageModel.ts"
import { ModelError, modelErrorOf } from "../model/modelError.ts"
import type { Toolbox } from "../tools/toolbox.ts"
import type { AgentEvent, TurnOutcome } from "./agentEvent.ts"
import { nudge, partialAnswer, toolMessage } from "./chatPrompt.ts"
import { type LoopGuard, loopGuard } from "./loopGuard.ts"

export type AgentRequest = {
  readonly model: LanguageModel
  readonly toolbox: Toolbox
  /** The whole conversation so far; ends with what the model is to answer. */
  readonly messages: readonly Message[]
  readonly maxToolCalls: number
  readonly sessionId: string
}

type ModelTurn = {
  readonly messages: readonly Message[]
  readonly calls: readonly ToolCall[]
  readonly reason: FinishReason | "stopped" | "looped"
}

/** Never throws; a failure is its last event. After an abort what arrived is kept and it ends "stopped". */
export async function* agentLoop(request: AgentRequest, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  const guard = loopGuard()
  let messages = request.messages
  let toolCalls = 0
  let nudged = false
  for (;;) {
    const turn = yield* modelTurn(request, messages, guard, signal)
    if ("error" in turn) return yield ended({ reason: "failed", error: turn.error })
    messages = [...messages, ...turn.messages]
    if (turn.reason === "stopped" || turn.reason === "looped") return yield ended({ reason: turn.reason })
    if (turn.reason === "length") return yield ended({ reason: "cut" })
    if (turn.calls.length === 0 && turn.reason !== "empty") return yield ended({ reason: "done" })
    if (turn.calls.length === 0 && nudged) return yield ended({ reason: "empty" })
    if (turn.calls.length === 0) {
      nudged = true
      messages = [...messages, nudge]
      continue
    }
    const outcome = yield* runCalls(turn.calls)
    if (outcome !== undefined) return yield ended(outcome)
  }

  /** Runs the calls in order; every call gets a result in the history, also one that wasn't run. */
  async function* runCalls(calls: readonly ToolCall[]): AsyncGenerator<AgentEvent, TurnOutcome | undefined> {
    let outcome: TurnOutcome | undefined
    for (const call of calls) {
      outcome ??= refusalToRun(call)
      const result = outcome === undefined ? yield* runCall(request.toolbox, call, signal) : notRun(outcome)
      if (outcome === undefined) toolCalls++
      const message = toolMessage(call, result)
      messages = [...messages, message]
      yield { type: "history", messages: [message] }
    }
    return outcome ?? (signal.aborted ? { reason: "stopped" } : undefined)
  }

  function refusalToRun(call: ToolCall): TurnOutcome | undefined {
    if (signal.aborted) return { reason: "stopped" }
    if (toolCalls >= request.maxToolCalls) return { reason: "paused", toolCalls }
    return guard.callLoops(call) ? { reason: "looped" } : undefined
  }
}

/** One turn of the model. Text that arrived before an abort, a loop or a failure becomes a partial answer. */
async function* modelTurn(
  request: AgentRequest,
  messages: readonly Message[],
  guard: LoopGuard,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, ModelTurn | { readonly error: ModelError }> {
  const { model, sessionId } = request
  const calls: ToolCall[] = []
  let answer = ""
  let looped = false
  try {
    const maxTokens = model.description.outputLimit
    for await (const event of model.stream({ conversation: { messages }, maxTokens, sessionId }, signal)) {
      if (event.type === "finish") {
        yield { type: "history", messages: event.messages }
        return { messages: event.messages, calls, reason: event.reason }
      }
      if (event.type === "toolCall") {
        calls.push(event.call)
        continue
      }
      if (event.type === "text") answer += event.text
      yield event
      if (event.type === "reasoning" || event.type === "preamble" || event.type === "text")
        looped = guard.textLoops(event.type, event.text)
      if (looped) break
    }
  } catch (error) {
    yield* keepPartial(answer)
    return {
      error: modelErrorOf(error),
    }
  }
  const kept = yield* keepPartial(answer)
  if (!looped && !signal.aborted) return { error: new ModelError("streamCut") }
  return { messages: kept, calls: [], reason: looped ? "looped" : "stopped" }
}

async function* keepPartial(answer: string): AsyncGenerator<AgentEvent, readonly Message[]> {
  const messages = answer.trim() === "" ? [] : [partialAnswer(answer)]
  if (messages.length > 0) yield { type: "history", messages }
  return messages
}

async function* runCall(
  toolbox: Toolbox,
  call: ToolCall,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, string> {
  yield { type: "callStarted", call, row: toolbox.row(call) }
  try {
    const result = await toolbox.run(call, signal)
    yield { type: "callEnded", call, result }
    return result.text
  } catch (error) {
    const text = signal.aborted ? "Stopped by the user." : `The tool failed: ${String(error)}`
    yield {
      type: "callEnded",
      call,
      result: { text, failed: true, summary: signal.aborted ? "Stopped" : "Failed" },
    }
    return text
  }
}

function notRun(outcome: TurnOutcome): string {
  if (outcome.reason === "paused") return "Not run: the limit of tool calls for one turn is reached."
  if (outcome.reason === "looped") return "Not run: this exact call was made before; use its result."
  return "Not run: stopped by the user."
}

function ended(outcome: TurnOutcome): AgentEvent {
  return { type: "ended", outcome }
}
