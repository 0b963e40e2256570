// For a model that only reasoned: its answer, begun for it, so that it can't reason again. Needs a model that goes
// on with a text.
import type { LanguageModel, ModelEvent, ModelRequest } from "../model/languageModel.ts"
import { modelErrorOf } from "../model/modelError.ts"
import { partialAnswer } from "./chatPrompt.ts"

export function canBeginAnswer({ description, continueText }: LanguageModel): boolean {
  return description.abilities.continueText && continueText !== undefined
}

/**
 * A model turn whose prompt ends with the opened answer. Where that prompt is too long for going on with a text
 * (an endpoint may have less room for it than for a chat) it is an ordinary turn.
 */
export async function* begunAnswer(
  model: LanguageModel,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  let text = ""
  let isCut = false
  try {
    for await (const event of model.continueText?.({ ...request, prefill: "", inChat: true }, signal) ?? []) {
      if (event.type === "text") text += event.text
      if (event.type === "usage") isCut = event.usage.generatedTokens >= request.maxTokens
      yield event
    }
  } catch (error) {
    if (modelErrorOf(error).kind !== "contextFull" || text !== "") throw error
    return yield* model.stream(request, signal)
  }
  if (signal.aborted) return
  if (text.trim() === "") return yield { type: "finish", reason: "empty", messages: [] }
  yield { type: "finish", reason: isCut ? "length" : "stop", messages: [partialAnswer(text)] }
}
