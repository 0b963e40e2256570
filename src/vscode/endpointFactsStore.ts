// What was learnt of endpoints, kept over windows and restarts in VS Code's own memory for the extension. Read with
// suspicion, as another version may have written it; each fact has its own age. Knows no key and no address beyond
// the one it is asked about.
import * as v from "valibot"
import { type EndpointFacts, type EndpointMemory, factsAge, factsKey } from "../model/hosted/endpointFacts.ts"
import type { Memory } from "./recentModels.ts"

const maxEndpoints = 50
const name = "osprey.endpointFacts"
/** Milliseconds; a fact that is seen again sooner isn't written again. */
const freshFor = 3_600_000

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const price = v.pipe(v.number(), v.finite(), v.minValue(0))
const refusedKeys = v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(50))

/** A fact and when it was learnt, in milliseconds since the epoch; one that can't be read is left out. */
function aged<T extends v.GenericSchema>(value: T) {
  return v.fallback(v.optional(v.object({ value, at: v.pipe(v.number(), v.finite()) })), undefined)
}

const facts = v.object({
  refusedKeys: aged(refusedKeys),
  reasoningField: aged(v.picklist(["reasoning", "reasoning_content", "reasoning_details"])),
  rawCompletions: aged(v.nullable(v.picklist(["vllm", "llamaServer"]))),
  rawVocabulary: aged(v.picklist(["o200k", "server"])),
  contextWindow: aged(count),
  price: aged(v.object({ input: price, output: price })),
})
const stored = v.object({ key: v.pipe(v.string(), v.maxLength(4000)), facts })

type Kept = v.InferOutput<typeof stored>

/** Latest first. Every change is written at once; there are few. */
export function keptEndpointMemory(memory: Memory, now: () => number = Date.now): EndpointMemory {
  let raw: unknown
  let read: readonly Kept[] = []

  /** Parsed once for each value, as every request asks. */
  function list(): readonly Kept[] {
    const value = memory.get(name)
    if (value === raw) return read
    raw = value
    read = parsedList(value)
    return read
  }

  function factsOf(key: string): Readonly<Record<string, Aged | undefined>> {
    return list().find(kept => kept.key === key)?.facts ?? {}
  }

  /** A clock that was set back doesn't keep a fact for ever. */
  function counts(fact: Aged): boolean {
    return Math.abs(now() - fact.at) < factsAge
  }

  return {
    get(baseUrl, model) {
      const known = Object.entries(factsOf(factsKey(baseUrl, model)))
      const valid = known.flatMap(([field, fact]) =>
        fact !== undefined && counts(fact) ? [[field, fact.value]] : [],
      )
      return Object.fromEntries(valid) as EndpointFacts
    },
    learn(baseUrl, model, learnt) {
      const key = factsKey(baseUrl, model)
      const known = factsOf(key)
      const next = { ...known }
      for (const [field, value] of Object.entries(learnt)) {
        if (value === undefined) delete next[field]
        else if (!isFresh(known[field], value)) next[field] = { value, at: now() }
      }
      if (isSame(known, next)) return
      const others = list().filter(kept => kept.key !== key)
      const all = [{ key, facts: next }, ...others].slice(0, maxEndpoints)
      // What can't be kept is learnt again.
      memory.update(name, all).then(undefined, () => {})
    },
  }

  function isFresh(fact: Aged | undefined, value: unknown): boolean {
    return fact !== undefined && isSame(fact.value, value) && Math.abs(now() - fact.at) < freshFor
  }
}

type Aged = { readonly value: unknown; readonly at: number }

function parsedList(value: unknown): readonly Kept[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((each: unknown) => {
    const parsed = v.safeParse(stored, each)
    return parsed.success ? [parsed.output] : []
  })
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
