// Which free models to ask, best first, as Free LLM Router ranks them: asked at most every 15 minutes, kept over
// restarts, and never needed. It isn't a proxy: no text goes there, only the question for the list.
import type { ModelError } from "../../modelError.ts"
import { endpointJson } from "../endpointJson.ts"
import { isGptOssId } from "../gptOssId.ts"
import { jsonFields, listOf, nameOf, numberOf } from "../jsonFields.ts"
import { type FreeQuota, freeQuota, freeQuotaLines } from "./freeQuota.ts"

export const freeLlmRouterUrl = "https://freellmrouter.com/api/v1"

/** Where the last list is kept, so that it survives a restart. Reading is quick; what it gives isn't trusted. */
export interface FreeListMemory {
  get(): unknown
  set(kept: KeptFreeList): void
}

export type KeptFreeList = {
  readonly ids: readonly string[]
  /** Milliseconds since the epoch. */
  readonly at: number
}

export type FreeModelIds = {
  /** At least one, best first. Never fails: without the service it is the last list, then OpenRouter's own choice. */
  ids(signal: AbortSignal): Promise<readonly string[]>
  /** Whole lines for the page: "Free LLM Router: 187 of 200 requests left today". */
  lines(): readonly string[]
}

export type FreeModelIdsOptions = {
  /** The router's own key (fma_…), stored for exactly this origin; not OpenRouter's. */
  readonly apiKey: (origin: string) => Promise<string | undefined>
  /** "any": every model that calls tools, not only gpt-oss. */
  readonly models: "gptOss" | "any"
  readonly memory: FreeListMemory
  readonly now?: () => number
  readonly baseUrl?: string
}

/** Milliseconds. */
const freshFor = 900_000
const [shortPause, longPause] = [60_000, 3_600_000]
const patience = 5000

/** The router's own choice among what is free at the moment. */
export const anyFreeModel = "openrouter/free"

/** Asked by name where no list has them: a model that isn't there costs one refused request. */
const usualGptOss = ["openai/gpt-oss-120b:free", "openai/gpt-oss-20b:free"]

export function freeModelIds(options: FreeModelIdsOptions): FreeModelIds {
  const { memory, models, now = Date.now, baseUrl = freeLlmRouterUrl } = options
  let kept = keptList(memory.get())
  let quota: FreeQuota | undefined
  let fault: ModelError | "noKey" | undefined
  let askAgainAt = 0
  let asking: Promise<void> | undefined
  return {
    async ids(signal) {
      if (asking !== undefined || (!isFresh() && now() >= askAgainAt)) {
        // Shared and not cancelled with one request: each question counts against the day's quota.
        asking ??= ask().finally(() => (asking = undefined))
        await untilAborted(asking, signal)
      }
      return chosen(kept?.ids ?? [], models)
    },
    lines: () => freeQuotaLines({ quota, fault, listAge: kept && now() - kept.at, now: now() }),
  }

  function isFresh(): boolean {
    const age = kept === undefined ? Number.POSITIVE_INFINITY : now() - kept.at
    return age >= 0 && age < freshFor
  }

  async function ask(): Promise<void> {
    const key = await keyOf(options.apiKey, baseUrl)
    fault = key === undefined ? "noKey" : undefined
    if (key === undefined) return
    askAgainAt = now() + shortPause
    const path = "/models/ids?useCase=tools&topN=100"
    const answer = await endpointJson({ baseUrl, path, key, timeoutMs: patience, maxBytes: 262_144 })
    quota = freeQuota(answer.headers) ?? quota
    const ids = answer.ok ? idsOf(jsonFields(answer.body).ids) : []
    if (!answer.ok) {
      fault = answer.error
      askAgainAt =
        now() + Math.min(longPause, Math.max(shortPause, (answer.error.detail.retryAfter ?? 0) * 1000))
    } else if (ids.length > 0) {
      kept = { ids, at: now() }
      memory.set(kept)
    }
  }
}

/** The stored key for the address' origin, if there is one; a key store that fails has none. */
export async function keyOf(
  apiKey: FreeModelIdsOptions["apiKey"],
  baseUrl: string,
): Promise<string | undefined> {
  const key = await apiKey(new URL(baseUrl).origin).catch(() => undefined)
  return key?.trim() || undefined
}

function chosen(ids: readonly string[], models: "gptOss" | "any"): readonly string[] {
  const wanted = models === "any" ? ids : [...ids.filter(isGptOssId), ...usualGptOss]
  return [...new Set([...wanted, anyFreeModel])]
}

function idsOf(value: unknown): readonly string[] {
  return listOf(value)
    .slice(0, 200)
    .map(id => nameOf(id))
    .filter(id => id !== undefined)
}

function keptList(value: unknown): KeptFreeList | undefined {
  const { ids, at } = jsonFields(value)
  const [good, time] = [idsOf(ids), numberOf(at)]
  return good.length > 0 && time !== undefined ? { ids: good, at: time } : undefined
}

async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = () => resolve()
  signal.addEventListener("abort", stop, { once: true })
  if (signal.aborted) stop()
  await Promise.race([work, promise])
  signal.removeEventListener("abort", stop)
}
