// One plain JSON question to an endpoint: model lists, account, health, probes. The same rules as for answers of a
// model: a checked address, our own headers, the key to this origin only, no redirects, bounded, in bounded time.
import { boundedText } from "../../base/boundedText.ts"
import { ModelError } from "../modelError.ts"
import { endpointUrl } from "./endpointUrl.ts"
import { hostedError } from "./hostedError.ts"
import { withoutKeys } from "./serverSaid.ts"
import { unreachable } from "./unreachable.ts"

export type EndpointQuestion = {
  /** As the user entered it; `serverRoot` gives the place above "/v1". */
  readonly baseUrl: string
  /** Appended to the base, from its slash on, with the query if there is one: "/models". */
  readonly path: string
  /** The key that was stored for exactly this origin. */
  readonly key?: string | undefined
  readonly signal?: AbortSignal
  /** "POST" when there is a body, else "GET". */
  readonly method?: "GET" | "POST"
  /** Sent as JSON. */
  readonly body?: unknown
  /** Milliseconds for the whole answer; 15 s. */
  readonly timeoutMs?: number
  /** Bytes of the answer, unpacked; 8 MiB. */
  readonly maxBytes?: number
}

export type EndpointAnswer =
  /** Status 200 to 299; `body` is undefined where the server sent none (`/health` of vLLM). */
  | { readonly ok: true; readonly status: number; readonly headers: Headers; readonly body: unknown }
  /** `headers` and `body` (JSON, or text) where the server did answer, in whatever way. */
  | { readonly ok: false; readonly error: ModelError; readonly headers?: Headers; readonly body?: unknown }

/** Never throws. After an abort by `signal` the error is a "timeout", which the one who aborted can ignore. */
export async function endpointJson(question: EndpointQuestion): Promise<EndpointAnswer> {
  const { path, body } = question
  const endpoint = endpointUrl(question.baseUrl)
  if (!endpoint.ok) {
    const isInsecure = endpoint.reason === "insecure" || endpoint.reason === "forbidden"
    return failed(new ModelError(isInsecure ? "insecure" : "notConfigured", { said: endpoint.sentence }))
  }
  const { origin, baseUrl } = endpoint
  const key = question.key?.trim() || undefined
  const refused = refusal(origin, key)
  if (refused !== undefined) return failed(refused)
  const address = `${baseUrl}${path}`
  if (!path.startsWith("/") || !URL.canParse(address) || new URL(address).origin !== origin)
    return failed(new ModelError("internal", { subject: origin, said: "A path that leads elsewhere." }))
  const timeout = AbortSignal.timeout(question.timeoutMs ?? 15_000)
  const patience = question.signal ? AbortSignal.any([question.signal, timeout]) : timeout
  try {
    const response = await globalThis.fetch(address, {
      method: question.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        accept: "application/json",
        "user-agent": "Osprey",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: "manual",
      credentials: "omit",
      signal: patience,
    })
    const maxBytes = question.maxBytes ?? 8_388_608
    return await answerOf(response, { origin, baseUrl, key, maxBytes })
  } catch (error) {
    return failed(
      patience.aborted ? new ModelError("timeout", { subject: origin }) : unreachable(origin, error).error,
    )
  }
}

/** The server's root: native paths ("/props", "/api/tags", "/health") begin there, not below "/v1". */
export function serverRoot(baseUrl: string): string {
  return baseUrl
    .trim()
    .replace(/\/+$/, "")
    .replace(/\/v\d+$/, "")
}

function failed(error: ModelError, more: { headers?: Headers; body?: unknown } = {}): EndpointAnswer {
  return { ok: false, error, ...more }
}

function refusal(subject: string, key: string | undefined): ModelError | undefined {
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    const said = "The stored key holds characters that no key can have; enter it again."
    return new ModelError("unauthorized", { subject, said })
  }
  if (subject.startsWith("https:") && process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    const said = "NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off."
    return new ModelError("insecure", { subject, said })
  }
  return undefined
}

type Asked = {
  readonly origin: string
  readonly baseUrl: string
  readonly key: string | undefined
  readonly maxBytes: number
}

async function answerOf(
  response: Response,
  { origin, baseUrl, key, maxBytes }: Asked,
): Promise<EndpointAnswer> {
  const { status, headers, ok } = response
  if (status >= 300 && status < 400) {
    await response.body?.cancel()
    const location = headers.get("location") ?? ""
    const target = URL.canParse(location, baseUrl) ? new URL(location, baseUrl) : undefined
    // Without path and query: those may hold what a person didn't mean to show.
    const place = target?.protocol.startsWith("http") ? target.origin : (target?.protocol ?? "")
    const said = place === "" ? {} : { said: withoutKeys(`The endpoint redirects to ${place}`, key) }
    return failed(new ModelError("redirected", { subject: origin, status, ...said }), { headers })
  }
  const text = await boundedText(response, maxBytes)
  if (text === undefined) {
    const said = "The answer is larger than such an answer can be."
    return failed(new ModelError("badResponse", { subject: origin, status, said }), { headers })
  }
  const { isJson, body } = parsed(text)
  if (ok && isJson && !isErrorBody(body)) return { ok: true, status, headers, body }
  const { error } = hostedError({ subject: origin, status, headers, body, key, now: Date.now() })
  // Success with text that is no JSON: a web page, a proxy's greeting.
  return failed(ok && !isJson ? new ModelError("badResponse", error.detail) : error, { headers, body })
}

function parsed(text: string): { readonly isJson: boolean; readonly body: unknown } {
  if (text.trim() === "") return { isJson: true, body: undefined }
  try {
    const body: unknown = JSON.parse(text)
    return { isJson: true, body }
  } catch {
    return { isJson: false, body: text }
  }
}

function isErrorBody(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false
  return ("error" in body && Boolean(body.error)) || ("status" in body && body.status === "error")
}
