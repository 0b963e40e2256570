// Several models as one: the user's first choice, and those that step in while it can't answer. Which they are and
// in what order is the user's word; this only keeps it, and never sends anything off this computer unasked.
import { firstAnswer } from "./firstAnswer.ts"
import { endpointUrl } from "./hosted/endpointUrl.ts"
import type {
  ContinueEvent,
  ContinueRequest,
  LanguageModel,
  ModelDescription,
  ModelEvent,
  Usage,
} from "./languageModel.ts"
import { ModelError, type ModelErrorKind } from "./modelError.ts"
import { restingModels } from "./restingModels.ts"

export type FailoverOptions = {
  /** The user said that a hosted model may step in for one on this computer. */
  readonly allowHosted: boolean
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/**
 * Tries in order on failures before anything was shown; one that failed is asked last for some minutes. When all
 * fail, the error is the first choice's. Another model than the first names itself in `usage.provider`.
 *
 * Throws "insecure" at once for a list that leads from this computer to elsewhere without `allowHosted`.
 */
export function failoverModel(
  models: readonly [LanguageModel, ...LanguageModel[]],
  { allowHosted, now = Date.now }: FailoverOptions,
): LanguageModel {
  const [first, ...others] = models
  if (others.length === 0) return first
  const stranger = others.find(({ description }) => leavesComputer(description))
  if (!allowHosted && stranger !== undefined && !leavesComputer(first.description))
    throw new ModelError("insecure", {
      said: `${stranger.description.label} is hosted and may not step in for a model on this computer.`,
    })
  const resting = restingModels(now)
  const named = models.map((model, at) => ({ id: String(at), model }))
  return {
    // Asked anew each time: a model may learn more of itself.
    get description() {
      const stepsIn = others.flatMap(({ description: { label, origin } }) =>
        origin === undefined ? [] : [{ label, origin }],
      )
      return { ...first.description, ...(stepsIn.length > 0 && { stepsIn }) }
    },
    countTokens: conversation => first.countTokens(conversation),
    stream: (request, signal) =>
      answers(
        named.map(each => ({ ...each, start: () => each.model.stream(request, signal) })),
        signal,
      ),
    get prepare(): LanguageModel["prepare"] {
      return first.prepare?.bind(first)
    },
    get continueText(): LanguageModel["continueText"] {
      if (first.continueText === undefined) return undefined
      return (request, signal) => answers(continuing(request, signal), signal)
    },
  }

  function continuing(request: ContinueRequest, signal: AbortSignal): readonly Way<ContinueEvent>[] {
    return named.flatMap(({ id, model }) => {
      const continueText = model.continueText?.bind(model)
      return continueText === undefined ? [] : [{ id, model, start: () => continueText(request, signal) }]
    })
  }

  async function* answers<E extends ModelEvent>(
    ways: readonly Way<E>[],
    signal: AbortSignal,
  ): AsyncGenerator<E | UsageEvent> {
    const order = resting.sorted(ways)
    const failures = yield* firstAnswer<E | UsageEvent>(
      order.map(way => () => (way.model === first ? way.start() : signed(way))),
      {
        signal,
        patience,
        // What another than the first choice refuses (a smaller window, a wrong key) doesn't end the search.
        goesOn: (failure, at) => order[at]?.model !== first || stepsInAfter.has(failure.kind),
        ended(at, outcome) {
          const id = order[at]?.id ?? ""
          if (outcome === "answered") resting.wake(id)
          else resting.rest(id, outcome === "left" ? undefined : outcome)
        },
      },
    )
    const [any] = failures.values()
    const failure = failures.get(order.findIndex(({ model }) => model === first)) ?? any
    if (failure !== undefined) throw failure
  }
}

type Way<E extends ModelEvent> = {
  readonly id: string
  readonly model: LanguageModel
  readonly start: () => AsyncIterable<E>
}

type UsageEvent = Extract<ModelEvent, { readonly type: "usage" }>

/** Milliseconds; shorter waits for the first choice are worth it. */
const patience = 10_000

/**
 * Failures that lie with the server or this computer at this moment. A wrong key, a redirect or a bad request is for
 * the user to see; a full context is for the conversation to shorten.
 */
const stepsInAfter: ReadonlySet<ModelErrorKind> = new Set([
  "unreachable",
  "paymentRequired",
  "modelNotFound",
  "rateLimited",
  "serverError",
  "badResponse",
  "timeout",
  "streamCut",
  "modelMissing",
  "modelUnreadable",
  "modelBroken",
  "modelUnsuitable",
  "outOfMemory",
  "runtimeEnded",
  "noBinary",
])

/** So that the page can say who answered. */
async function* signed<E extends ModelEvent>({ model, start }: Way<E>): AsyncGenerator<E | UsageEvent> {
  const name = placedName(model.description)
  for await (const event of start())
    yield event.type === "usage" ? { type: "usage", usage: signedUsage(event.usage, name) } : event
}

/** "gpt-oss-20b at vllm.team.lan:8000": the same model often has the same name at several places. */
function placedName({ label, origin }: ModelDescription): string {
  return origin === undefined ? label : `${label} at ${new URL(origin).host}`
}

function signedUsage(usage: Usage, name: string): Usage {
  return { ...usage, provider: usage.provider === undefined ? name : `${name} · ${usage.provider}` }
}

/** A server at a loopback address is on this computer, whatever protocol it speaks. */
function leavesComputer({ where, origin }: ModelDescription): boolean {
  if (where === "local") return false
  const endpoint = endpointUrl(origin ?? "")
  return !(endpoint.ok && endpoint.isLoopback)
}
