// What a server said when it refused → one ModelError, by status, code and shape (a table, not guesses from
// sentences). Knows no transport: whoever read the answer passes status, headers and body.
import { ModelError, type ModelErrorKind } from "../modelError.ts"
import { type RefusalFacts, refusalFacts } from "./refusalFacts.ts"
import { serverSaid } from "./serverSaid.ts"

export type HostedFailure = {
  readonly error: ModelError
  /** Trying the same request again may help. */
  readonly mayRetry: boolean
  /** The same request may be sent again without a pause, once: a connection that was kept too long. */
  readonly atOnce?: true
  /** What the server said beside its sentence, if it was the server. */
  readonly facts?: RefusalFacts
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

/** One failure by the most telling of code, status and words. */
export function hostedError(refusal: Refusal): HostedFailure {
  const said = serverSaid(refusal.body, refusal.key)
  const facts = refusalFacts(refusal.body, said)
  const status = refusal.status !== undefined && refusal.status !== 200 ? refusal.status : facts.status
  const kind = kindOf(status, facts, said)
  const mayWait = kind === "rateLimited" || kind === "serverError"
  const retryAfter = mayWait ? (secondsToWait(refusal) ?? facts.retryAfter) : undefined
  const error = new ModelError(kind, {
    subject: refusal.subject,
    ...(said !== "" && { said }),
    ...(status !== undefined && { status }),
    ...(retryAfter !== undefined && { retryAfter: seconds(retryAfter) }),
  })
  const mayRetry = facts.retryable ?? (retryableKinds.has(kind) || status === 408)
  return { error, mayRetry, facts }
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
  invalid_request: "badRequest",
  invalid_prompt: "badRequest",
  wrong_api_format: "badRequest",
  tool_use_failed: "badRequest",
  precondition_failed: "badRequest",
  unprocessable: "badRequest",
  server: "serverError",
  overloaded_error: "serverError",
  timeout: "serverError",
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

/** vLLM, Ollama and LM Studio have no code for it. */
const contextWords =
  /maximum context length|context (?:length|window|size)|exceeds? .{0,40}context|tokens? limit exceeded/i

/** Statuses under which a full context is told in words only. */
const contextStatuses: ReadonlySet<number> = new Set([400, 413, 422, 500])

function kindOf(status: number | undefined, facts: RefusalFacts, said: string): ModelErrorKind {
  // A moderation refusal comes as 403, but it isn't about the key.
  if (facts.isModerated) return "badRequest"
  const known = facts.codes.map(code => kindsByCode.get(code)).find(kind => kind !== undefined)
  if (known !== undefined) return known
  if (contextStatuses.has(status ?? 400) && contextWords.test(said)) return "contextFull"
  if (status === undefined || status >= 500) return "serverError"
  return kindsByStatus[status] ?? "badResponse"
}

/** A map, so that a code named "constructor" finds nothing. */
function kinds(table: Readonly<Record<string, ModelErrorKind>>): ReadonlyMap<string, ModelErrorKind> {
  return new Map(Object.entries(table))
}

/**
 * `retry-after-ms`, `Retry-After` in seconds or as a date, OpenRouter's `X-RateLimit-Reset` (ms since 1970). Dates
 * count from the server's own clock: ours may be wrong.
 */
function secondsToWait({ headers, now }: Refusal): number | undefined {
  const [ms, after, reset, date] = ["retry-after-ms", "retry-after", "x-ratelimit-reset", "date"].map(name =>
    headers?.get(name),
  )
  const serverNow = date && !Number.isNaN(Date.parse(date)) ? Date.parse(date) : now
  if (ms && Number.isFinite(Number(ms))) return Number(ms) / 1000
  if (after && Number.isFinite(Number(after))) return Number(after)
  if (after && !Number.isNaN(Date.parse(after))) return (Date.parse(after) - serverNow) / 1000
  // Smaller values are seconds to go or seconds since 1970 at other servers: no promise is made on those.
  return reset && Number(reset) > 1e12 ? (Number(reset) - serverNow) / 1000 : undefined
}

function seconds(value: number): number {
  return Math.max(0, Math.ceil(value))
}
