// One request to an endpoint and its answer: what is shown of it, and what went wrong. It never asks twice; whether
// to is hostedModel's business.
import type { ModelEvent } from "../languageModel.ts"
import { ModelError } from "../modelError.ts"
import type { ChatRequestBody } from "./chatRequest.ts"
import type { ChatStream } from "./chatStream.ts"
import type { EndpointUrl } from "./endpointUrl.ts"
import { failedGeneration } from "./failedGeneration.ts"
import type { GuardLimits } from "./guardedBody.ts"
import { type GuardedFetch, guardedFetch } from "./guardedFetch.ts"
import { type HostedFailure, hostedError } from "./hostedError.ts"
import { openaiStream } from "./openaiStream.ts"
import { serverSaid } from "./serverSaid.ts"

export type Attempt = {
  readonly endpoint: Extract<EndpointUrl, { ok: true }>
  readonly key: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly limits: Partial<GuardLimits>
  readonly body: ChatRequestBody
  /** A fresh one. */
  readonly chat: ChatStream
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly signal: AbortSignal
}

export type AttemptEnd = {
  /** Absent after `finish`, and after an abort. */
  readonly failed?: HostedFailure
  /** Text of the answer was given out. */
  readonly isShown: boolean
  /** Text that arrived, but was held back: to be shown if there is no other try. */
  readonly rest: readonly ModelEvent[]
}

export async function* hostedAttempt(attempt: Attempt): AsyncGenerator<ModelEvent, AttemptEnd> {
  const { endpoint, key, body, chat, signal } = attempt
  const { origin, baseUrl } = endpoint
  let isShown = false
  const ended = (failed?: HostedFailure, rest: readonly ModelEvent[] = []): AttemptEnd => ({
    ...(failed !== undefined && { failed }),
    isShown,
    rest,
  })
  const refused = refusedHere(origin, key)
  if (refused !== undefined) return ended(refused)
  const limits = { ...(endpoint.isLoopback ? loopbackLimits : defaultLimits), ...attempt.limits }
  const { headers, now } = attempt
  const guard = guardedFetch({ origin, baseUrl, key, headers, limits, now })
  let wrong: HostedFailure | undefined
  try {
    for await (const chunk of await openaiStream({ baseUrl, body, fetch: guard.fetch, signal })) {
      for (const event of chat.add(chunk)) {
        isShown = true
        yield event
        // The package may have more of the stream in its hands; nothing comes after a stop.
        if (signal.aborted) return ended()
      }
      if (chat.isFinished) guard.expectEnd()
      if (chat.isTooLong)
        return ended(failure("badResponse", origin, "The answer is longer than any answer can be."))
    }
  } catch (error) {
    // What comes after the server's own last word changes nothing: a missing end, a lost connection.
    if (!chat.isFinished) wrong = guard.failure() ?? thrown(error, { origin, key, guard, now: now() })
  }
  if (signal.aborted) return ended()
  wrong ??= wrongEnd(chat, guard, { origin, key })
  const rest = wrong === undefined ? [] : chat.rest()
  const events = wrong === undefined ? chat.end() : salvaged(chat, wrong)
  if (events === undefined) return ended(wrong, rest)
  yield* events
  return ended()
}

const defaultLimits: GuardLimits = { firstByteMs: 60_000, idleMs: 120_000, maxEventBytes: 16_777_216 }

/** A server on this machine may read a long prompt for minutes before its first byte, and that is no fault. */
const loopbackLimits: GuardLimits = { ...defaultLimits, firstByteMs: 600_000 }

/** What keeps a key from being sent at all. */
function refusedHere(origin: string, key: string | undefined): HostedFailure | undefined {
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    return failure(
      "unauthorized",
      origin,
      "The stored key holds characters that no key can have; enter it again.",
    )
  if (origin.startsWith("https:") && process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0")
    return failure("insecure", origin, "NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off.")
  return undefined
}

function failure(
  kind: "unauthorized" | "insecure" | "badResponse",
  subject: string,
  said: string,
): HostedFailure {
  return { error: new ModelError(kind, { subject, said }), mayRetry: false }
}

type Place = { readonly origin: string; readonly key: string | undefined }

/** A stream that ended without the server's word on how: cut, not complete. */
function wrongEnd(
  { refusal, isFinished }: ChatStream,
  guard: GuardedFetch,
  { origin: subject, key }: Place,
): HostedFailure | undefined {
  if (refusal?.reason === "content_filter")
    return failure("badResponse", subject, "The endpoint's content filter ended the answer.")
  if (refusal !== undefined) {
    const said = serverSaid(refusal.said, key)
    return {
      error: new ModelError("serverError", { subject, ...(said !== "" && { said }) }),
      mayRetry: true,
    }
  }
  if (isFinished) return undefined
  const found = guard.failure()
  if (found !== undefined) return found
  return guard.bodyEnd() === "done"
    ? undefined
    : { error: new ModelError("streamCut", { subject }), mayRetry: true }
}

/** A call that the server couldn't read, read here; undefined: there is none in it. */
function salvaged(chat: ChatStream, { facts }: HostedFailure): readonly ModelEvent[] | undefined {
  const written = facts?.failedGeneration
  if (written === undefined || written.trim() === "") return undefined
  const events = [...chat.add(failedGeneration(written)), ...chat.end()]
  const isRead = events.some(
    event => event.type === "toolCall" || (event.type === "problem" && event.code.startsWith("leaked_")),
  )
  return isRead ? events : undefined
}

type Thrown = Place & { readonly guard: GuardedFetch; readonly now: number }

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
