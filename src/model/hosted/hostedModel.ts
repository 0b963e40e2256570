// gpt-oss behind any OpenAI-compatible endpoint: the port LanguageModel over HTTP. Requests are built by what is
// known of the endpoint, and, while nothing was shown, tried again; it knows no settings and no key store.
import { randomUUID } from "node:crypto"
import type { Conversation } from "../../harmony/message.ts"
import type { LanguageModel, ModelDescription, ModelEvent, ModelRequest } from "../languageModel.ts"
import { ModelError } from "../modelError.ts"
import { type ChatRequestBody, chatRequest, offeredTools } from "./chatRequest.ts"
import { chatStream } from "./chatStream.ts"
import { dialectOf } from "./dialectOf.ts"
import { type EndpointFacts, type EndpointMemory, endpointMemory } from "./endpointFacts.ts"
import { type EndpointUrl, endpointUrl } from "./endpointUrl.ts"
import type { GuardLimits } from "./guardedBody.ts"
import { hostedAttempt } from "./hostedAttempt.ts"
import type { HostedFailure } from "./hostedError.ts"
import { lessonOf, roomFor } from "./lessonOf.ts"
import { type Preset, presetOf } from "./presets.ts"
import { reasoningMemory } from "./reasoningDetails.ts"
import { type Clock, retryDelay, systemClock } from "./retryPolicy.ts"

export type HostedModelOptions = {
  /** As the user entered it, e.g. "https://openrouter.ai/api/v1". */
  readonly baseUrl: string
  /** The endpoint's name of the model, e.g. "openai/gpt-oss-120b". */
  readonly model: string
  readonly label: string
  /** The key stored for exactly this origin; asked before every request, so a new key counts at once. */
  readonly apiKey: (origin: string) => Promise<string | undefined>
  /** In tokens; a smaller one that the server speaks of counts instead. */
  readonly contextWindow: number
  readonly outputLimit: number
  readonly countTokens: (conversation: Conversation) => Promise<number>
  readonly price?: ModelDescription["price"]
  /** Default: that of the address. */
  readonly preset?: Preset
  /** What is known of this endpoint and model, and what is learnt here; default: forgotten with this model. */
  readonly memory?: EndpointMemory
  /** Further fields of the request's body, e.g. OpenRouter's `provider`. They can't replace Osprey's own. */
  readonly extra?: (hasTools: boolean) => Readonly<Record<string, unknown>>
  /** Further headers, e.g. "http-referer". They can't replace Osprey's own. */
  readonly headers?: Readonly<Record<string, string>>
  readonly limits?: Partial<GuardLimits>
  readonly clock?: Clock
}

/** Never throws: a bad address is the error of the first request. */
export function hostedModel(options: HostedModelOptions): LanguageModel {
  const { model, label, price, clock = systemClock } = options
  const endpoint = endpointUrl(options.baseUrl)
  const preset = options.preset ?? presetOf(options.baseUrl)
  const memory = options.memory ?? endpointMemory()
  /** The memory's name of this endpoint: the address in its one form. */
  const place = endpoint.ok ? endpoint.baseUrl : options.baseUrl
  const blocks = reasoningMemory()
  return {
    get description() {
      return description()
    },
    countTokens: options.countTokens,
    stream,
  }

  function description(): ModelDescription {
    const { contextWindow: seen = options.contextWindow } = memory.get(place, model)
    const isSmaller = seen < options.contextWindow
    return {
      id: model,
      label,
      where: "hosted",
      ...(endpoint.ok && { origin: endpoint.origin }),
      contextWindow: isSmaller ? seen : options.contextWindow,
      outputLimit: isSmaller ? Math.min(options.outputLimit, Math.floor(seen / 4)) : options.outputLimit,
      abilities: { tools: true, continueText: false },
      ...(price !== undefined && { price }),
    }
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    if (!endpoint.ok) throw refusedAddress(endpoint)
    if (model.trim() === "")
      throw new ModelError("notConfigured", { subject: endpoint.origin, said: "No model name is set." })
    const tries: Tries = { count: 0, lessons: 0, isRepeated: false }
    let maxTokens = Math.min(request.maxTokens, description().outputLimit)
    for (;;) {
      const key = (await options.apiKey(endpoint.origin))?.trim() || undefined
      if (signal.aborted) return
      const body = bodyOf({ ...request, maxTokens })
      const chat = chatStream({
        offered: offeredTools(request.conversation.messages),
        newId: () => `call_${randomUUID()}`,
        ticks: clock.ticks,
        startedAt: clock.ticks(),
        promptTokens: () => Math.round(JSON.stringify(body.messages).length / 4),
        blocks,
      })
      const { headers = {}, limits = {} } = options
      const { now } = clock
      const { failed, isShown, rest } = yield* hostedAttempt({
        endpoint,
        key,
        headers,
        limits,
        body,
        chat,
        now,
        signal,
      })
      if (chat.reasoningField !== null) learn({ reasoningField: chat.reasoningField })
      if (failed === undefined || signal.aborted) return
      const lesson = lessonOf(failed, body, memory.get(place, model))
      if (lesson !== undefined) learn(lesson.facts)
      const { contextWindow } = lesson?.facts ?? {}
      if (contextWindow !== undefined) {
        const prompt = lesson?.promptTokens ?? (await options.countTokens(request.conversation))
        maxTokens = roomFor(contextWindow, prompt, body) ?? maxTokens
      }
      const isOther =
        lesson?.facts.refusedKeys !== undefined ||
        maxTokens < (body.max_tokens ?? body.max_completion_tokens ?? 0)
      const wait = isShown ? undefined : nextTry(failed, { isOther, tries, random: clock.random })
      if (wait === undefined) {
        yield* rest
        throw failed.error
      }
      if (wait === "now") continue
      yield { type: "waiting", stage: "retrying", ms: wait }
      await clock.sleep(wait, signal)
      if (signal.aborted) return
    }
  }

  /** Once, so that a fact's age is that of its first sight and every kept one isn't written again and again. */
  function learn(facts: EndpointFacts): void {
    const known = memory.get(place, model)
    const isNew = JSON.stringify({ ...known, ...facts }) !== JSON.stringify(known)
    if (isNew) memory.learn(place, model, facts)
  }

  function bodyOf(request: ModelRequest): ChatRequestBody {
    const facts = memory.get(place, model)
    return chatRequest(request, {
      model,
      dialect: dialectOf(preset, facts),
      refusedKeys: facts.refusedKeys ?? [],
      extra: options.extra,
      blocks: blocks.of,
    })
  }
}

/** Refusals in one turn that teach something; more than a request has keys. */
const maxLessons = 10

type Tries = { count: number; lessons: number; isRepeated: boolean }

type Retry = {
  /** The next request would be another one. */
  readonly isOther: boolean
  readonly tries: Tries
  readonly random: () => number
}

/** Milliseconds to wait before the next request, "now" without a word to the user; undefined: there is none. */
function nextTry(failed: HostedFailure, { isOther, tries, random }: Retry): number | "now" | undefined {
  if (isOther && ++tries.lessons <= maxLessons) return "now"
  tries.count++
  // A call that the server couldn't read may come out well the next time.
  const mayRepeat = failed.atOnce === true || failed.facts?.failedGeneration !== undefined
  if (mayRepeat && !tries.isRepeated) {
    tries.isRepeated = true
    return "now"
  }
  return retryDelay(failed, tries.count, random)
}

function refusedAddress({ reason, sentence }: Exclude<EndpointUrl, { ok: true }>): ModelError {
  const isInsecure = reason === "insecure" || reason === "forbidden"
  return new ModelError(isInsecure ? "insecure" : "notConfigured", { said: sentence })
}
