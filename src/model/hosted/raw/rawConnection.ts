// The way to one server for raw completions: address and key are checked as for chat, every request goes through
// the guarded fetch. Knows neither tokens nor answers.
import { ModelError } from "../../modelError.ts"
import type { RawForm } from "../chatDialect.ts"
import { endpointJson, serverRoot } from "../endpointJson.ts"
import { endpointUrl } from "../endpointUrl.ts"
import type { GuardLimits } from "../guardedBody.ts"
import { type GuardedFetch, guardedFetch } from "../guardedFetch.ts"
import { jsonFields, listOf } from "../jsonFields.ts"
import type { Clock } from "../retryPolicy.ts"
import { rawAddress } from "./rawRequest.ts"
import type { Tokenize } from "./serverVocabulary.ts"

export type RawEndpoint = {
  /** As the user entered it, e.g. "http://localhost:8080/v1". */
  readonly baseUrl: string
  readonly form: RawForm
  /** The server's name of the model. */
  readonly model: string
  /** The key stored for exactly this origin; asked before every request. */
  readonly apiKey: (origin: string) => Promise<string | undefined>
  readonly limits?: Partial<GuardLimits>
}

export type RawConnection = {
  readonly origin: string
  readonly key: string | undefined
  readonly guard: GuardedFetch
  /** Sends the body to where raw completions are asked for. Throws; `guard.failure()` says what went wrong. */
  post(body: object, signal: AbortSignal): Promise<Response>
}

/** For one request. Throws a ModelError for an address or a key that nothing can be sent to or with. */
export async function rawConnection(endpoint: RawEndpoint, clock: Clock): Promise<RawConnection> {
  const url = endpointUrl(endpoint.baseUrl)
  if (!url.ok) {
    const isInsecure = url.reason === "insecure" || url.reason === "forbidden"
    throw new ModelError(isInsecure ? "insecure" : "notConfigured", { said: url.sentence })
  }
  const { origin } = url
  const key = (await endpoint.apiKey(origin))?.trim() || undefined
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) throw new ModelError("unauthorized", badKey(origin))
  if (origin.startsWith("https:") && process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    const said = "NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off."
    throw new ModelError("insecure", { subject: origin, said })
  }
  const limits = { ...(url.isLoopback ? loopbackLimits : remoteLimits), ...endpoint.limits }
  // The guard lets through one address, the base and chat's path; behind a "#" that path is no part of a request.
  const baseUrl = `${rawAddress(endpoint.form, url.baseUrl)}#`
  const guard = guardedFetch({ origin, baseUrl, key, limits, now: clock.now })
  const address = `${baseUrl}/chat/completions`
  return {
    origin,
    key,
    guard,
    post: (body, signal) => guard.fetch(address, { body: JSON.stringify(body), signal }),
  }
}

/** llama-server's `/tokenize`. */
export function tokenizeAt(endpoint: RawEndpoint): Tokenize {
  return async (question, signal) => {
    const url = endpointUrl(endpoint.baseUrl)
    const key = url.ok ? await endpoint.apiKey(url.origin) : undefined
    const answer = await endpointJson({
      baseUrl: serverRoot(endpoint.baseUrl),
      path: "/tokenize",
      key,
      body: { model: endpoint.model, ...question },
      signal,
    })
    if (!answer.ok) throw answer.error
    const tokens = listOf(jsonFields(answer.body).tokens)
    const ids = tokens.flatMap(id => (typeof id === "number" && Number.isInteger(id) && id >= 0 ? [id] : []))
    if (ids.length === tokens.length) return ids
    throw new ModelError("badResponse", { ...(url.ok && { subject: url.origin }), said: noIds })
  }
}

const noIds = "The server's tokenizer answers with something that isn't token ids."

function badKey(subject: string) {
  return { subject, said: "The stored key holds characters that no key can have; enter it again." }
}

const remoteLimits: GuardLimits = { firstByteMs: 60_000, idleMs: 120_000, maxEventBytes: 16_777_216 }

/** A server on this machine may read a long prompt for minutes before its first byte, and that is no fault. */
const loopbackLimits: GuardLimits = { ...remoteLimits, firstByteMs: 600_000 }
