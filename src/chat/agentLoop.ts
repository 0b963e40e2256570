// START HERE: how a message becomes an answer. The model streams a turn; while it asks for tools they are run
// and the model goes on; everything that happens is an event. The loop knows no page, no editor and no log.
import type { Message } from "../harmony/message.ts"
import type { LanguageModel, ModelEvent, ModelRequest } from "../model/languageModel.ts"
import { ModelError } from "../model/modelError.ts"
import type { Toolbox } from "../tools/toolbox.ts"
import type { AgentEvent, TurnOutcome } from "./agentEvent.ts"
import { begunAnswer, canBeginAnswer } from "./begunAnswer.ts"
import { callRunner } from "./callRunner.ts"
import { nudge } from "./chatPrompt.ts"
import { contextFit } from "./contextFit.ts"
import { loopGuard } from "./loopGuard.ts"
import { lowerEffort } from "./lowerEffort.ts"
import { type ModelTurn, modelTurn } from "./modelTurn.ts"

export type AgentRequest = {
  readonly model: LanguageModel
  /** Holds what the model was told of, and nothing else: any other name is an unknown tool. */
  readonly toolbox: Toolbox
  /** The whole conversation so far; ends with what the model is to answer. */
  readonly messages: readonly Message[]
  readonly maxToolCalls: number
  /** Generated tokens of all model turns together. Default: `defaultMaxTokens`. */
  readonly maxTokens?: number
  readonly sessionId: string
}

/** Generated tokens for one message of the user's, then the user is asked: a long task of thirty calls takes half. */
export const defaultMaxTokens = 60_000

/**
 * Never throws; a failure is its last event. After an abort what arrived is kept and it ends "stopped". A model
 * that goes wrong is asked again once for each way to go wrong; a request that failed isn't, and no tool runs twice.
 */
export async function* agentLoop(request: AgentRequest, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  const { model, toolbox, maxToolCalls, maxTokens = defaultMaxTokens, sessionId } = request
  const { outputLimit, where } = model.description
  const guard = loopGuard()
  const context = contextFit(model)
  const runner = callRunner({ toolbox, maxToolCalls, guard, mayGoOnAfterLoop: askDifferently, remember })
  const happened = new Set<"looped" | "empty" | "length">()
  let messages = request.messages
  let temperature: number | undefined
  let beginsAnswer = false
  let tokens = 0
  let leftOut = 0

  for (;;) {
    if (tokens >= maxTokens) return yield ended({ reason: "spent", tokens })
    const fitted = await context.fit(messages)
    if (fitted instanceof ModelError) return yield ended({ reason: "failed", error: fitted })
    if (fitted.leftOut > leftOut) yield { type: "shortened" }
    leftOut = fitted.leftOut
    const turn = yield* modelTurn(ask(fitted.messages), guard, signal)
    tokens += turn.tokens
    const outcome = yield* goOn(turn)
    if (outcome !== undefined) return yield ended(outcome)
  }

  function ask(whatFits: readonly Message[]): AsyncIterable<ModelEvent> {
    const asked: ModelRequest = {
      conversation: { messages: whatFits },
      maxTokens: Math.min(outputLimit, maxTokens - tokens),
      sessionId,
      ...(temperature === undefined ? {} : { temperature }),
    }
    const begins = beginsAnswer
    beginsAnswer = false
    return begins ? begunAnswer(model, asked, signal) : model.stream(asked, signal)
  }

  /** What a model turn leads to: an outcome, or undefined to ask the model again. */
  async function* goOn(turn: ModelTurn): AsyncGenerator<AgentEvent, TurnOutcome | undefined> {
    const { reason, calls, isAnswered } = turn
    if (reason === "looped" && askDifferently()) return yield discarded("repeated_text")
    const isBare = calls.length === 0 && !isAnswered && (reason === "length" || reason === "empty")
    const isAskedAgain = isBare && firstTime(reason)
    const goesOnReasoning = reason === "length" && where === "local"
    if (isAskedAgain && reason === "length" && !goesOnReasoning && askLess())
      return yield discarded("endless_reasoning")

    if (turn.messages.length > 0) yield remember(turn.messages)
    if (reason === "failed" && turn.messages.length === 0 && context.isTooLong(turn.error)) return undefined
    if (reason === "failed") return { reason, error: turn.error }
    if (reason === "stopped" || reason === "looped") return { reason }
    if (calls.length > 0) return yield* runner.run(calls, signal)
    if (!isAskedAgain) return { reason: reason === "length" ? "cut" : reason === "empty" ? "empty" : "done" }
    if (goesOnReasoning) return undefined
    beginsAnswer = canBeginAnswer(model)
    if (!beginsAnswer) yield remember([nudge])
    return undefined
  }

  function remember(added: readonly Message[]): AgentEvent {
    messages = [...messages, ...added]
    return { type: "history", messages: added }
  }

  /** After a loop, once: with less reasoning and not greedily. */
  function askDifferently(): boolean {
    if (!firstTime("looped")) return false
    askLess()
    temperature = 1
    guard.forgetTexts()
    return true
  }

  function askLess(): boolean {
    const lowered = lowerEffort(messages)
    messages = lowered ?? messages
    return lowered !== undefined
  }

  function firstTime(what: "looped" | "empty" | "length"): boolean {
    const isFirst = !happened.has(what)
    happened.add(what)
    return isFirst
  }
}

function discarded(code: Extract<AgentEvent, { type: "discarded" }>["code"]): AgentEvent {
  return { type: "discarded", code }
}

function ended(outcome: TurnOutcome): AgentEvent {
  return { type: "ended", outcome }
}
