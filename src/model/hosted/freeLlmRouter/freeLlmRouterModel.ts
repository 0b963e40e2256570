// OpenRouter's free models as one model: those the list names, in its order, until one answers. Text goes to
// OpenRouter only. Knows neither how the list comes about nor how a model is asked.
import { firstAnswer } from "../../firstAnswer.ts"
import type { LanguageModel, ModelDescription, ModelEvent, Usage } from "../../languageModel.ts"
import type { ModelErrorKind } from "../../modelError.ts"
import { restingModels } from "../../restingModels.ts"
import { anyFreeModel, type FreeModelIds } from "./freeModelIds.ts"
import type { OutcomeReport } from "./outcomeReports.ts"

export type FreeLlmRouterOptions = {
  /** Its origin is OpenRouter's: that is where text goes. */
  readonly description: ModelDescription
  readonly list: Pick<FreeModelIds, "ids">
  /** A model at OpenRouter by its id, with OpenRouter's key. Should not retry by itself: the next one is quicker. */
  readonly model: (id: string) => LanguageModel
  readonly countTokens: LanguageModel["countTokens"]
  readonly report?: OutcomeReport
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** Tried for one answer, OpenRouter's own choice included. */
const maxTried = 5

/** Kept; lists change over weeks. */
const maxModels = 100

/**
 * A model that is overloaded, gone or broken is passed over while nothing was shown, and asked last for some
 * minutes. When none answers, the error is that of the last. `usage.provider` names who answered.
 */
export function freeLlmRouterModel(options: FreeLlmRouterOptions): LanguageModel {
  const { description, list, countTokens, report = () => {}, now = Date.now } = options
  const resting = restingModels(now)
  const models = new Map<string, LanguageModel>()
  return {
    description,
    countTokens,
    async *stream(request, signal) {
      const ids = tried(await list.ids(signal))
      const failures = yield* firstAnswer<ModelEvent>(
        ids.map(id => () => signed(modelOf(id).stream(request, signal), id)),
        {
          signal,
          patience: 0,
          goesOn: ({ kind }) => passedOver.has(kind),
          ended(at, outcome) {
            const id = ids[at] ?? ""
            if (outcome === "answered") resting.wake(id)
            else if (outcome === "left") resting.rest(id)
            else if (passedOver.has(outcome.kind)) resting.rest(id, outcome)
            // What says nothing of the model (a wrong key, a full context) is nobody's business.
            const isTelling = outcome === "answered" || (outcome !== "left" && passedOver.has(outcome.kind))
            if (isTelling && id !== anyFreeModel) report(id, outcome)
          },
        },
      )
      const last = [...failures.values()].at(-1)
      if (last !== undefined) throw last
    },
  }

  /** The same object again: it may remember what it told, inside a tool loop. */
  function modelOf(id: string): LanguageModel {
    const model = models.get(id) ?? options.model(id)
    if (models.size > maxModels) models.clear()
    models.set(id, model)
    return model
  }

  function tried(ids: readonly string[]): readonly string[] {
    const named = ids.filter(id => id !== anyFreeModel).map(id => ({ id }))
    return [
      ...resting
        .sorted(named)
        .slice(0, maxTried - 1)
        .map(({ id }) => id),
      anyFreeModel,
    ]
  }
}

/** Faults of one free model, not of the request, the key or the line. */
const passedOver: ReadonlySet<ModelErrorKind> = new Set([
  "rateLimited",
  "modelNotFound",
  "serverError",
  "timeout",
  "streamCut",
  "badResponse",
])

async function* signed(events: AsyncIterable<ModelEvent>, id: string): AsyncGenerator<ModelEvent> {
  for await (const event of events)
    yield event.type === "usage" ? { ...event, usage: signedUsage(event.usage, id) } : event
}

function signedUsage(usage: Usage, id: string): Usage {
  return { ...usage, provider: usage.provider === undefined ? id : `${id} · ${usage.provider}` }
}
