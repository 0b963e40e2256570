// What Osprey learnt of one model at one endpoint: from a refusal in passing, or from the doctor. Facts lie over
// the preset's dialect and grow old, so nothing that was seen once takes an ability away for good.
import type { RawForm, ReasoningField } from "./chatDialect.ts"
import { endpointUrl } from "./endpointUrl.ts"

export type EndpointFacts = {
  /** Keys of a request that the server refused by name, e.g. "stream_options", "reasoning_effort". */
  readonly refusedKeys?: readonly string[]
  /** Under which the server sends reasoning. */
  readonly reasoningField?: ReasoningField
  /** Answered with token ids when asked; null: asked, and it can't. */
  readonly rawCompletions?: RawForm | null
  /** Whose token ids it takes: those of gpt-oss, or its own; known with rawCompletions. */
  readonly rawVocabulary?: "o200k" | "server"
  /** Tokens, as the server says. */
  readonly contextWindow?: number
  /** US dollars per million tokens. */
  readonly price?: { readonly input: number; readonly output: number }
}

/** Kept facts by endpoint and model. Reading is quick and never fails; old facts are already gone. */
export interface EndpointMemory {
  get(baseUrl: string, model: string): EndpointFacts
  /** Lays these over what is known; `undefined` in a field forgets it. */
  learn(
    baseUrl: string,
    model: string,
    facts: { readonly [K in keyof EndpointFacts]: EndpointFacts[K] | undefined },
  ): void
}

/** Milliseconds after which a fact no longer counts: servers are updated. */
export const factsAge = 7 * 24 * 3_600_000

/** A memory that ends with the process; for tests and as the base of the kept one. */
export function endpointMemory(now: () => number = Date.now): EndpointMemory {
  const known = new Map<string, Map<string, { readonly value: unknown; readonly at: number }>>()
  return {
    get(baseUrl, model) {
      const facts = [...(known.get(factsKey(baseUrl, model)) ?? [])]
      return Object.fromEntries(
        facts.filter(([, { at }]) => now() - at < factsAge).map(([name, { value }]) => [name, value]),
      )
    },
    learn(baseUrl, model, facts) {
      const key = factsKey(baseUrl, model)
      const kept = known.get(key) ?? new Map()
      known.set(key, kept)
      for (const [name, value] of Object.entries(facts))
        if (value === undefined) kept.delete(name)
        else kept.set(name, { value, at: now() })
    },
  }
}

/** One spelling of an address, however it was entered. */
export function factsKey(baseUrl: string, model: string): string {
  const endpoint = endpointUrl(baseUrl)
  return `${endpoint.ok ? endpoint.baseUrl : baseUrl} ${model}`
}
