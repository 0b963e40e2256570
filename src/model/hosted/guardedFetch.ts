// The one way to the network: fetch for exactly one endpoint, with our own headers, no redirects, bounded bodies
// and a watch on silence. Whatever goes wrong is kept as a ModelError, as the openai package wraps what is thrown.
import { ModelError } from "../modelError.ts"
import { type BodyWatch, type GuardLimits, guardedBody } from "./guardedBody.ts"
import { type HostedFailure, hostedError } from "./hostedError.ts"
import { withoutKeys } from "./serverSaid.ts"
import { unreachable } from "./unreachable.ts"

export type GuardedFetch = {
  readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** What went wrong, once something did. */
  failure(): HostedFailure | undefined
  /** The answer is complete: whatever still follows (usage, `[DONE]`) is waited for only shortly. */
  expectEnd(): void
  /** The body came to its end by itself, or with `[DONE]`. */
  bodyEnd(): "open" | "ended" | "done"
}

export type GuardOptions = {
  readonly origin: string
  readonly baseUrl: string
  readonly key: string | undefined
  /** Further ones; ours win. */
  readonly headers?: Readonly<Record<string, string>>
  readonly limits: GuardLimits
  readonly now: () => number
}

type Watch = Pick<BodyWatch, "limits" | "idleMs" | "expire">

/** Milliseconds. */
const lastWordsMs = 5000

/** For one request. The openai package's own headers are not sent: variables of the environment can set some. */
export function guardedFetch(options: GuardOptions): GuardedFetch {
  const { origin, key, limits } = options
  let failure: HostedFailure | undefined
  let idleMs = limits.idleMs
  let bodyEnd: "open" | "ended" | "done" = "open"
  const fail = (found: HostedFailure): ModelError => {
    failure ??= found
    return failure.error
  }
  return { fetch: guarded, failure: () => failure, bodyEnd: () => bodyEnd, expectEnd }

  function expectEnd(): void {
    idleMs = Math.min(idleMs, lastWordsMs)
  }

  async function guarded(url: string | URL | Request, init?: RequestInit): Promise<Response> {
    const silence = new AbortController()
    const signal = init?.signal ? AbortSignal.any([init.signal, silence.signal]) : silence.signal
    const watch = { limits, idleMs: () => idleMs, expire }
    const timer = setTimeout(expire, limits.firstByteMs)
    try {
      const address = addressOf(url)
      const response = await globalThis.fetch(address, {
        method: "POST",
        headers: headers(),
        body: typeof init?.body === "string" ? init.body : null,
        redirect: "manual",
        credentials: "omit",
        signal,
      })
      return await streaming(response, watch)
    } catch (error) {
      if (failure === undefined && !signal.aborted) fail(unreachable(origin, error))
      throw failure?.error ?? error
    } finally {
      clearTimeout(timer)
    }

    function expire(): void {
      fail({ error: new ModelError("timeout", { subject: origin }), mayRetry: false })
      silence.abort()
    }
  }

  /** The key goes to this origin or nowhere, whatever the package makes of its options. */
  function addressOf(url: string | URL | Request): string {
    const address = url instanceof Request ? url.url : String(url)
    if (address === `${options.baseUrl}/chat/completions`) return address
    throw fail({ error: new ModelError("internal", { subject: origin }), mayRetry: false })
  }

  function headers(): Record<string, string> {
    const further = Object.entries(options.headers ?? {})
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => name !== "authorization" && name !== "host")
    return {
      ...Object.fromEntries(further),
      accept: "text/event-stream",
      "content-type": "application/json",
      "user-agent": "Osprey",
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    }
  }

  /** The response if it is a stream; a refusal in any shape is thrown. */
  async function streaming(response: Response, watch: Watch) {
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
      await response.body?.cancel()
      throw fail(redirected(response))
    }
    const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? ""
    if (response.ok && (type === "text/event-stream" || type === ""))
      return guardedBody(response, {
        ...watch,
        onEnd: end => (bodyEnd = end),
        onFault: bodyFault,
        onOther: text => eventsOf(response, parsed(text)),
      })
    const events = eventsOf(response, parsed(await boundedText(response)))
    return new Response(events, { headers: { "content-type": "text/event-stream" } })
  }

  /** The event stream that an answer in one piece stands for; a refusal in any shape is thrown. */
  function eventsOf({ ok, status, headers }: Response, body: unknown): string {
    if (ok && isCompletion(body)) {
      bodyEnd = "done"
      return `data: ${JSON.stringify(body)}\n\ndata: [DONE]\n\n`
    }
    const found = hostedError({ subject: origin, status, headers, body, key, now: options.now() })
    // Success without a stream and without an error in it: not what an endpoint answers.
    throw fail(ok && !isErrorBody(body) ? unreadable(found) : found)
  }

  function bodyFault(kind: "streamCut" | "badResponse", said?: string): Error {
    const detail = { subject: origin, ...(said !== undefined && { said }) }
    return fail({ error: new ModelError(kind, detail), mayRetry: kind === "streamCut" })
  }

  function unreadable({ error }: HostedFailure): HostedFailure {
    return { error: new ModelError("badResponse", error.detail), mayRetry: false }
  }

  function redirected(response: Response): HostedFailure {
    const location = response.headers.get("location") ?? ""
    const target = URL.canParse(location, options.baseUrl) ? new URL(location, options.baseUrl) : undefined
    // Without path and query: those may hold what a person didn't mean to show.
    const place =
      target === undefined ? "" : target.protocol.startsWith("http") ? target.origin : target.protocol
    const said = place === "" ? {} : { said: withoutKeys(`The endpoint redirects to ${place}`, key) }
    const detail = { subject: origin, status: response.status, ...said }
    return { error: new ModelError("redirected", detail), mayRetry: false }
  }
}

/** Bytes of an answer that is not a stream. */
const maxBody = 4_194_304

/** A body over the limit is cut. */
async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ""
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    text += decoder.decode(chunk, { stream: true })
    if (bytes > maxBody) break
  }
  return text
}

/** JSON where it parses, text else. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return text
  }
}

/** A server that ignored `stream: true` and answered in one piece. */
function isCompletion(body: unknown): boolean {
  return (
    typeof body === "object" &&
    body !== null &&
    "choices" in body &&
    Array.isArray(body.choices) &&
    !isErrorBody(body)
  )
}

function isErrorBody(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false
  return ("error" in body && Boolean(body.error)) || ("status" in body && body.status === "error")
}
