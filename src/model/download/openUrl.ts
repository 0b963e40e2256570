// One GET, its redirects followed by hand: https only, at most five, no key, cookie or referrer to anybody. What comes
// is trusted for nothing; size and hash decide.
import { DownloadError, networkCode } from "./downloadFault.ts"

export type OpenedUrl = {
  readonly response: Response
  /** Of the last hop: what its ETags belong to. */
  readonly origin: string
}

type OpenOptions = {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Milliseconds until a hop's headers. */
  readonly firstByteMs: number
}

const maxRedirects = 5

/** Throws DownloadError ("insecure", or "offline" for a certificate or address that will not heal) or fetch's error. */
export async function openUrl(start: string, options: OpenOptions): Promise<OpenedUrl> {
  let address = safeUrl(start, start)
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await get(address, options)
    if (response.status < 300 || response.status > 399 || response.status === 304)
      return { response, origin: address.origin }
    const target = response.headers.get("location")
    await response.body?.cancel()
    if (target === null)
      throw new DownloadError({ kind: "refused", host: address.host, status: response.status })
    address = safeUrl(target, start, address)
  }
  throw new DownloadError({ kind: "insecure", host: address.host })
}

/** Whether a person may give this address: https, or http on this computer; without a name or password in it. */
export function isSafeUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && isAllowed(url, isLoopback(url))
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** Http stays on this computer, and only where the way began there. */
function safeUrl(text: string, start: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined
  const beganHere = URL.canParse(start) && isLoopback(new URL(start))
  if (url !== undefined && isAllowed(url, beganHere && isLoopback(url))) return url
  throw new DownloadError({ kind: "insecure", host: (url ?? base)?.host ?? hostOf(start) })
}

function isAllowed(url: URL, isHere: boolean): boolean {
  return (
    (url.protocol === "https:" || (url.protocol === "http:" && isHere)) &&
    url.username === "" &&
    url.password === ""
  )
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname)
}

async function get(address: URL, { headers, signal, firstByteMs }: OpenOptions): Promise<Response> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), firstByteMs)
  try {
    return await globalThis.fetch(address, {
      headers: { accept: "*/*", "accept-encoding": "identity", "user-agent": "Osprey", ...headers },
      redirect: "manual",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.any([signal, silence.signal]),
    })
  } catch (error) {
    if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(networkCode(error)))
      throw new DownloadError({ kind: "insecure", host: address.host })
    throw error
  } finally {
    clearTimeout(timer)
  }
}
