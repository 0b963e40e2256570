// A model with somebody who counts beside it: after each answer one note of what it was like. The stream itself
// passes through unchanged, object for object. Knows neither whose model it is nor what becomes of the notes.
import type { ToolCall } from "../harmony/message.ts"
import type { LanguageModel, ModelEvent, Usage } from "./languageModel.ts"

/** What one model turn, or one ghost text, was like. */
export type ModelObservation = {
  /** Whether it was an answer that came to its end; ghost text is none. */
  readonly answered: boolean
  readonly toolCalls: number
  /** Calls that were repaired, refused or cut. */
  readonly malformedCalls: number
  /** Codes of the tolerant reader, each once. */
  readonly problems: readonly string[]
  readonly usage?: Usage
}

/** `note` is called once per request that brought something, also when it failed or was cancelled on the way. */
export function observedModel(model: LanguageModel, note: (seen: ModelObservation) => void): LanguageModel {
  async function* observed<E extends ModelEvent>(events: AsyncIterable<E>): AsyncGenerator<E> {
    const seen = observation()
    try {
      for await (const event of events) {
        seen.take(event)
        yield event
      }
    } finally {
      const result = seen.result()
      if (result !== undefined) note(result)
    }
  }

  return {
    get description() {
      return model.description
    },
    stream: (request, signal) => observed(model.stream(request, signal)),
    get prepare(): LanguageModel["prepare"] {
      return model.prepare?.bind(model)
    },
    get continueText(): LanguageModel["continueText"] {
      const { continueText } = model
      return continueText && ((request, signal) => observed(continueText.call(model, request, signal)))
    },
    countTokens: conversation => model.countTokens(conversation),
  }
}

function observation() {
  let answered = false
  let usage: Usage | undefined
  const calls: ToolCall[] = []
  const problems = new Set<string>()
  return {
    take(event: ModelEvent): void {
      if (event.type === "toolCall") calls.push(event.call)
      if (event.type === "problem") problems.add(event.code)
      if (event.type === "usage") usage = event.usage
      if (event.type === "finish") answered = true
    },
    /** Undefined: nothing worth a note. */
    result(): ModelObservation | undefined {
      if (!answered && usage === undefined && calls.length === 0 && problems.size === 0) return undefined
      const malformedCalls = calls.filter(
        ({ arguments: read, problems: own }) => read === null || own.length > 0,
      )
      return {
        answered,
        toolCalls: calls.length,
        malformedCalls: malformedCalls.length,
        problems: [...problems],
        ...(usage && { usage }),
      }
    },
  }
}
