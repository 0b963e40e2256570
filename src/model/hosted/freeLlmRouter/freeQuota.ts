// How much Free LLM Router still answers today and how it is doing, from an answer's headers and in whole lines.
import type { ModelError } from "../../modelError.ts"
import { numberOf } from "../jsonFields.ts"

export type FreeQuota = {
  readonly limit: number
  readonly remaining: number
  /** Milliseconds since the epoch. */
  readonly resetsAt?: number
}

/** `X-RateLimit-*`, Reset in seconds since 1970 (the service's source). Undefined where they are missing. */
export function freeQuota(headers: Headers | undefined): FreeQuota | undefined {
  const [limit, remaining, reset] = ["limit", "remaining", "reset"].map(name =>
    numberOf(headers?.get(`x-ratelimit-${name}`) ?? undefined),
  )
  if (limit === undefined || remaining === undefined || limit < 0 || remaining < 0) return undefined
  return { limit, remaining, ...(reset !== undefined && reset > 0 && { resetsAt: reset * 1000 }) }
}

export type FreeStatus = {
  readonly quota: FreeQuota | undefined
  readonly fault: ModelError | "noKey" | undefined
  /** Milliseconds; absent without a list. */
  readonly listAge: number | undefined
  readonly now: number
}

/** Empty until something was asked. */
export function freeQuotaLines({ quota, fault, listAge, now }: FreeStatus): readonly string[] {
  const isOver = quota?.resetsAt !== undefined && quota.resetsAt <= now
  const list =
    listAge === undefined ? "asking OpenRouter's free models directly" : `using the list of ${ago(listAge)}`
  return [
    ...(quota === undefined || isOver
      ? []
      : [`Free LLM Router: ${quota.remaining} of ${quota.limit} requests left today`]),
    ...(fault === undefined ? [] : [`${sentence(fault)}; ${list}`]),
  ]
}

function sentence(fault: ModelError | "noKey"): string {
  if (fault === "noKey") return "No key for Free LLM Router is set"
  if (fault.kind === "unauthorized") return "Free LLM Router refused its key"
  if (fault.kind === "rateLimited") return "Free LLM Router's requests of today are used up"
  return "Free LLM Router doesn't answer"
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 1) return "just now"
  if (minutes < 90) return `${minutes} ${minutes === 1 ? "minute" : "minutes"} ago`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`
}
