// What a server said when it refused → one ModelError, by status, code and shape (a table, not guesses from
// sentences). Knows no transport: whoever read the answer passes status, headers and body.
import { ModelError, type ModelErrorKind } from "../modelError.ts"
import { serverSaid } from "./serverSaid.ts"

export type HostedFailure = {
  readonly error: ModelError
  /** Trying the same request again may help. */
  readonly mayRetry: boolean
}

export type Refusal = {
  /** The endpoint's origin. */
  readonly subject: string
  /** Absent for an error inside a stream that began well. */
  readonly status?: number
  readonly headers?: { get(name: string): string | null }
  /** Parsed JSON where the body was JSON, else its text. */
  readonly body: unknown
  readonly key: string | undefined
  /** Milliseconds since the epoch; for Retry-After dates. */
  readonly now: number
}

/**
 * Shapes: OpenAI `{error:{message,type,code}}`, OpenRouter `{error:{code:number,metadata:{error_type},availability}}`,
 * flat `{message,type,code}`, `{error:"text"}`, Oxen `{status:"error",status_message}`, HTML of a proxy.
 */
export function hostedError(refusal: Refusal): HostedFailure {
  const facts = factsOf(refusal.body)
  const status = refusal.status !== undefined && refusal.status !== 200 ? refusal.status : facts.status
  const said = serverSaid(refusal.body, refusal.key)
  const kind = kindOf(status, facts, said)
  const retryAfter = kind === "rateLimited" || kind === "serverError" ? secondsToWait(refusal) : undefined
  const error = new ModelError(kind, {
    subject: refusal.subject,
    ...(said !== "" && { said }),
    ...(status !== undefined && { status }),
    ...(retryAfter !== undefined && { retryAfter }),
  })
  return { error, mayRetry: facts.retryable ?? (retryableKinds.has(kind) || status === 408) }
}

const retryableKinds: ReadonlySet<ModelErrorKind> = new Set(["rateLimited", "serverError"])

/** Codes, types and OpenRouter's error_type values; they say more than the status. */
const kindsByCode: ReadonlyMap<string, ModelErrorKind> = kinds({
  context_length_exceeded: "contextFull",
  exceed_context_size_error: "contextFull",
  max_tokens_exceeded: "contextFull",
  token_limit_exceeded: "contextFull",
  string_too_long: "contextFull",
  payload_too_large: "contextFull",
  invalid_api_key: "unauthorized",
  authentication: "unauthorized",
  authentication_error: "unauthorized",
  permission_denied: "unauthorized",
  payment_required: "paymentRequired",
  insufficient_quota: "paymentRequired",
  insufficient_credits: "paymentRequired",
  model_not_found: "modelNotFound",
  not_found: "modelNotFound",
  wrong_endpoint: "modelNotFound",
  no_endpoints: "modelNotFound",
  model_deprecated: "modelNotFound",
  model_unavailable_upstream: "modelNotFound",
  privacy_restricted: "modelNotFound",
  region_restricted: "modelNotFound",
  constraint_filtered: "modelNotFound",
  free_variant_ended: "modelNotFound",
  rate_limit_exceeded: "rateLimited",
  capacity_exhausted: "rateLimited",
  content_policy_violation: "badRequest",
  refusal: "badRequest",
  provider_unavailable: "serverError",
  provider_overloaded: "serverError",
  temporarily_unavailable: "serverError",
})

const kindsByStatus: Readonly<Record<number, ModelErrorKind>> = {
  400: "badRequest",
  401: "unauthorized",
  402: "paymentRequired",
  403: "unauthorized",
  404: "modelNotFound",
  405: "badRequest",
  408: "timeout",
  409: "serverError",
  410: "modelNotFound",
  413: "contextFull",
  422: "badRequest",
  425: "serverError",
  429: "rateLimited",
}

/** vLLM and Ollama have no code for it; only read on a 400. */
const contextWords = /maximum context length|context (?:length|window|size)|exceeds? .{0,40}context/i

type Facts = {
  readonly codes: readonly string[]
  readonly status?: number
  readonly retryable?: boolean
  readonly isModerated: boolean
}

function factsOf(body: unknown): Facts {
  const outer = recordOf(body)
  const inner = "error" in outer ? recordOf(outer.error) : outer
  const [metadata, availability] = [recordOf(inner.metadata), recordOf(inner.availability)]
  const codes = [metadata.error_type, outer.error_type, availability.code, inner.code, inner.type]
  const status = [inner.code, inner.status, outer.status_code, outer.code].map(statusNumber).find(Boolean)
  return {
    codes: codes.filter(code => typeof code === "string"),
    ...(status !== undefined && { status }),
    ...(typeof availability.retryable === "boolean" && { retryable: availability.retryable }),
    isModerated: Array.isArray(metadata.reasons) || typeof metadata.flagged_input === "string",
  }
}

function kindOf(status: number | undefined, facts: Facts, said: string): ModelErrorKind {
  // A moderation refusal comes as 403, but it isn't about the key.
  if (facts.isModerated) return "badRequest"
  const known = facts.codes.map(code => kindsByCode.get(code)).find(kind => kind !== undefined)
  if (known !== undefined) return known
  if (status === 400 && contextWords.test(said)) return "contextFull"
  if (status === undefined || status >= 500) return "serverError"
  return kindsByStatus[status] ?? "badResponse"
}

/** A map, so that a code named "constructor" finds nothing. */
function kinds(table: Readonly<Record<string, ModelErrorKind>>): ReadonlyMap<string, ModelErrorKind> {
  return new Map(Object.entries(table))
}

function statusNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof number === "number" && number >= 400 && number < 600 ? number : undefined
}

/** `retry-after-ms`, `Retry-After` in seconds or as a date, OpenRouter's `X-RateLimit-Reset` (ms since 1970). */
function secondsToWait({ headers, now }: Refusal): number | undefined {
  const [ms, after, reset] = ["retry-after-ms", "retry-after", "x-ratelimit-reset"].map(name =>
    headers?.get(name),
  )
  if (ms && Number.isFinite(Number(ms))) return seconds(Number(ms) / 1000)
  if (after && Number.isFinite(Number(after))) return seconds(Number(after))
  if (after && !Number.isNaN(Date.parse(after))) return seconds((Date.parse(after) - now) / 1000)
  // Smaller values are seconds to go or seconds since 1970 at other servers: no promise is made on those.
  return reset && Number(reset) > 1e12 ? seconds((Number(reset) - now) / 1000) : undefined
}

function seconds(value: number): number {
  return Math.max(0, Math.ceil(value))
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {}
}
