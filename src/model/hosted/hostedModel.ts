// gpt-oss behind any OpenAI-compatible endpoint: the port LanguageModel over HTTP. One request is built, guarded,
// read and, while nothing was shown, tried again; it knows no settings, no key store and no server by name.
import { randomUUID } from "node:crypto"
import type { Conversation } from "../../harmony/message.ts"
import type { LanguageModel, ModelDescription, ModelEvent, ModelRequest } from "../languageModel.ts"
import { ModelError } from "../modelError.ts"
import { type ChatDialect, defaultDialect, type ReasoningField } from "./chatDialect.ts"
import { chatRequest, offeredTools } from "./chatRequest.ts"
import { type ChatStream, chatStream } from "./chatStream.ts"
import { type EndpointUrl, endpointUrl } from "./endpointUrl.ts"
import type { GuardLimits } from "./guardedBody.ts"
import { type GuardedFetch, guardedFetch } from "./guardedFetch.ts"
import { type HostedFailure, hostedError } from "./hostedError.ts"
import { openaiStream } from "./openaiStream.ts"
import { type Clock, retryDelay, systemClock } from "./retryPolicy.ts"

export type HostedModelOptions = {
  /** As the user entered it, e.g. "https://openrouter.ai/api/v1". */
  readonly baseUrl: string
  /** The endpoint's name of the model, e.g. "openai/gpt-oss-120b". */
  readonly model: string
  readonly label: string
  /** The key stored for exactly this origin; asked before every request, so a new key counts at once. */
  readonly apiKey: (origin: string) => Promise<string | undefined>
  /** In tokens. */
  readonly contextWindow: number
  readonly outputLimit: number
  readonly countTokens: (conversation: Conversation) => Promise<number>
  readonly price?: ModelDescription["price"]
  readonly dialect?: ChatDialect
  readonly limits?: Partial<GuardLimits>
  readonly clock?: Clock
}

/** Never throws: a bad address is the error of the first request. */
export function hostedModel(options: HostedModelOptions): LanguageModel {
  const { model, label, contextWindow, outputLimit, price } = options
  const endpoint = endpointUrl(options.baseUrl)
  let receivedReasoningField: ReasoningField | null = null
  return {
    description: {
      id: model,
      label,
      where: "hosted",
      ...(endpoint.ok && { origin: endpoint.origin }),
      contextWindow,
      outputLimit,
      abilities: { tools: true, continueText: false },
      ...(price !== undefined && { price }),
    },
    countTokens: options.countTokens,
    stream,
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    if (!endpoint.ok) throw refusedAddress(endpoint)
    if (model.trim() === "")
      throw new ModelError("notConfigured", { subject: endpoint.origin, said: "No model name is set." })
    const clock = options.clock ?? systemClock
    for (let tries = 1; ; tries++) {
      const progress = { isShown: false }
      const failed = yield* attempt({ endpoint, request, clock, signal, progress })
      if (failed === undefined) return
      const wait = progress.isShown ? undefined : retryDelay(failed, tries, clock.random)
      if (wait === undefined) throw failed.error
      yield { type: "waiting", stage: "retrying", ms: wait }
      await clock.sleep(wait, signal)
      if (signal.aborted) return
    }
  }

  /** One request. Returns what went wrong, or nothing after `finish` and after an abort. */
  async function* attempt(a: Attempt): AsyncGenerator<ModelEvent, HostedFailure | undefined> {
    const { endpoint, request, clock, signal, progress } = a
    const { origin, baseUrl } = endpoint
    const key = await keyFor(origin)
    if (signal.aborted) return undefined
    if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) return failure("unauthorized", origin, badKey)
    if (origin.startsWith("https:") && process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0")
      return failure(
        "insecure",
        origin,
        "NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off.",
      )
    const limits = { ...(endpoint.isLoopback ? loopbackLimits : defaultLimits), ...options.limits }
    const guard = guardedFetch({ origin, baseUrl, key, limits, now: clock.now })
    const body = chatRequest(limited(request), {
      model,
      dialect: options.dialect ?? defaultDialect,
      receivedReasoningField,
    })
    const chat = chatStream({
      offered: offeredTools(request.conversation.messages),
      newId: () => `call_${randomUUID()}`,
      now: clock.now,
      startedAt: clock.now(),
      promptTokens: () => Math.round(JSON.stringify(body.messages).length / 4),
    })
    try {
      for await (const chunk of await openaiStream({ baseUrl, body, fetch: guard.fetch, signal })) {
        const events = chat.add(chunk)
        progress.isShown ||= events.length > 0
        yield* events
        if (chat.isFinished) guard.expectEnd()
        receivedReasoningField = chat.reasoningField ?? receivedReasoningField
        if (chat.isTooLong)
          return failure("badResponse", origin, "The answer is longer than any answer can be.")
      }
    } catch (error) {
      if (signal.aborted) return undefined
      // What comes after the server's own last word changes nothing: a missing end, a lost connection.
      if (!chat.isFinished) return guard.failure() ?? thrown(error, { origin, key, guard, now: clock.now() })
    }
    if (signal.aborted) return undefined
    const wrong = wrongEnd(chat, guard, origin)
    if (wrong !== undefined) return wrong
    yield* chat.end()
    return undefined
  }

  async function keyFor(origin: string): Promise<string | undefined> {
    const key = (await options.apiKey(origin))?.trim()
    return key === "" ? undefined : key
  }

  function limited(request: ModelRequest): ModelRequest {
    return { ...request, maxTokens: Math.min(request.maxTokens, outputLimit) }
  }
}

type GoodUrl = Extract<EndpointUrl, { ok: true }>

type Attempt = {
  readonly endpoint: GoodUrl
  readonly request: ModelRequest
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly progress: { isShown: boolean }
}

const badKey = "The stored key holds characters that no key can have; enter it again."

const defaultLimits: GuardLimits = { firstByteMs: 60_000, idleMs: 120_000, maxEventBytes: 16_777_216 }

/** A server on this machine may read a long prompt for minutes before its first byte, and that is no fault. */
const loopbackLimits: GuardLimits = { ...defaultLimits, firstByteMs: 600_000 }

function failure(
  kind: "unauthorized" | "insecure" | "badResponse",
  subject: string,
  said: string,
): HostedFailure {
  return { error: new ModelError(kind, { subject, said }), mayRetry: false }
}

function refusedAddress({ reason, sentence }: Exclude<EndpointUrl, GoodUrl>): ModelError {
  const isInsecure = reason === "insecure" || reason === "forbidden"
  return new ModelError(isInsecure ? "insecure" : "notConfigured", { said: sentence })
}

/** A stream that ended without the server's word on how: cut, not complete. */
function wrongEnd(chat: ChatStream, guard: GuardedFetch, subject: string): HostedFailure | undefined {
  if (chat.refusal === "content_filter")
    return failure("badResponse", subject, "The endpoint's content filter ended the answer.")
  if (chat.refusal === "error") return { error: new ModelError("serverError", { subject }), mayRetry: true }
  if (chat.isFinished) return undefined
  const found = guard.failure()
  if (found !== undefined) return found
  return guard.bodyEnd() === "done"
    ? undefined
    : { error: new ModelError("streamCut", { subject }), mayRetry: true }
}

type Thrown = {
  readonly origin: string
  readonly key: string | undefined
  readonly guard: GuardedFetch
  readonly now: number
}

/**
 * What the openai package threw inside a stream, read by its fields only: an error chunk has `error`, malformed
 * JSON is a SyntaxError (half an event at a cut stream's end as well).
 */
function thrown(error: unknown, { origin, key, guard, now }: Thrown): HostedFailure {
  const body = typeof error === "object" && error !== null && "error" in error ? error.error : undefined
  if (body !== undefined && body !== null)
    return hostedError({ subject: origin, body: { error: body }, key, now })
  const name = error instanceof Error ? error.name : ""
  if (name === "SyntaxError" && guard.bodyEnd() === "ended")
    return { error: new ModelError("streamCut", { subject: origin }), mayRetry: true }
  if (name === "SyntaxError")
    return failure("badResponse", origin, "The stream holds something that is not JSON.")
  return { error: new ModelError("internal", { subject: origin, said: name }), mayRetry: false }
}
