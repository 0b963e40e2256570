// Why a request never got an answer: refused connection, unknown name, bad certificate. Reads error codes of Node
// and fetch structurally; a message is never passed on, as it may quote what was sent.
import { ModelError } from "../modelError.ts"
import type { HostedFailure } from "./hostedError.ts"

/** `error` is what fetch threw; the system's code ("ECONNREFUSED") becomes `said`. */
export function unreachable(subject: string, error: unknown): HostedFailure {
  const code = codeOf(error)
  const said = code === undefined ? {} : { said: code }
  if (code !== undefined && isCertificateFault(code))
    return { error: new ModelError("insecure", { subject, ...said }), mayRetry: false }
  const mayRetry = !permanent.has(code ?? "")
  const isBroken = broken.has(code ?? "")
  return {
    error: new ModelError("unreachable", { subject, ...said }),
    mayRetry,
    ...(isBroken && { atOnce: true }),
  }
}

/** Waiting doesn't help: nobody listens, the name doesn't exist, or ten seconds were waited already. */
const permanent = new Set(["ECONNREFUSED", "ENOTFOUND", "ERR_INVALID_URL", "UND_ERR_CONNECT_TIMEOUT"])

/** The connection had been kept from an earlier request, and the server has closed it since. */
const broken = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"])

/** OpenSSL's verification codes as Node names them, and a name that doesn't match. */
function isCertificateFault(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS|^ERR_SSL|INVALID_CA|HOSTNAME_MISMATCH/.test(
    code,
  )
}

/** The first code down the chain of causes; several tried addresses give an AggregateError. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 5) return undefined
  if ("code" in error && typeof error.code === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(error.code))
    return error.code
  const causes = "errors" in error && Array.isArray(error.errors) ? error.errors : []
  const cause = "cause" in error ? error.cause : undefined
  return [cause, ...causes].map(each => codeOf(each, depth + 1)).find(code => code !== undefined)
}
