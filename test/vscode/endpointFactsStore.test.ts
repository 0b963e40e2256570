// What was learnt of an endpoint lasts over restarts, grows old, and is never taken from a damaged memory.
import assert from "node:assert/strict"
import { test } from "node:test"
import { endpointMemory, factsAge } from "../../src/model/hosted/endpointFacts.ts"
import { keptEndpointMemory } from "../../src/vscode/endpointFactsStore.ts"
import { memoryOf } from "./memoryOf.ts"

const name = "osprey.endpointFacts"
const url = "https://vllm.test/v1"

test("facts last over a restart, by endpoint and model", () => {
  const memory = memoryOf()
  keptEndpointMemory(memory).learn(`${url}/`, "m", {
    refusedKeys: ["stream_options"],
    reasoningField: "reasoning_content",
    rawCompletions: null,
    contextWindow: 8192,
    price: { input: 0.1, output: 0.5 },
  })
  const later = keptEndpointMemory(memory)
  assert.deepEqual(later.get(url, "m"), {
    refusedKeys: ["stream_options"],
    reasoningField: "reasoning_content",
    rawCompletions: null,
    contextWindow: 8192,
    price: { input: 0.1, output: 0.5 },
  })
  assert.deepEqual(later.get(url, "other"), {})
  assert.deepEqual(later.get("https://vllm.test/v2", "m"), {})
})

test("a new fact lies over the old one, undefined forgets it, others stay", () => {
  const facts = keptEndpointMemory(memoryOf())
  facts.learn(url, "m", { contextWindow: 8192, rawCompletions: "vllm" })
  facts.learn(url, "m", { contextWindow: 131_072 })
  facts.learn(url, "m", { rawCompletions: undefined })
  assert.deepEqual(facts.get(url, "m"), { contextWindow: 131_072 })
})

test("each fact grows old by itself, also when the clock was set back", () => {
  let now = 1_000_000_000_000
  const facts = keptEndpointMemory(memoryOf(), () => now)
  facts.learn(url, "m", { contextWindow: 8192 })
  now += factsAge - 1
  facts.learn(url, "m", { rawCompletions: "vllm" })
  assert.deepEqual(facts.get(url, "m"), { contextWindow: 8192, rawCompletions: "vllm" })
  now += 1
  assert.deepEqual(facts.get(url, "m"), { rawCompletions: "vllm" })
  now -= 2 * factsAge
  assert.deepEqual(facts.get(url, "m"), {})
})

test("it answers as the memory that ends with the process does", () => {
  let now = 1_000_000_000_000
  const both = [keptEndpointMemory(memoryOf(), () => now), endpointMemory(() => now)]
  const steps = [
    { contextWindow: 8192 },
    { refusedKeys: ["seed"] },
    { contextWindow: undefined },
    { rawCompletions: null },
    { refusedKeys: undefined },
  ] as const
  for (const step of steps) {
    for (const each of both) each.learn(url, "m", step)
    assert.deepEqual(both[0]?.get(url, "m"), both[1]?.get(url, "m"))
    now += factsAge / 3
  }
})

test("what is seen again and again is written once an hour", () => {
  const memory = memoryOf()
  let now = 1_000_000_000_000
  const facts = keptEndpointMemory(memory, () => now)
  for (let at = 0; at < 10; at++) facts.learn(url, "m", { reasoningField: "reasoning" })
  assert.equal(memory.writes(), 1)
  now += 3_600_000
  facts.learn(url, "m", { reasoningField: "reasoning" })
  assert.equal(memory.writes(), 2)
})

test("the endpoints not learnt of for longest are forgotten", () => {
  const facts = keptEndpointMemory(memoryOf())
  for (let at = 0; at < 60; at++) facts.learn(url, `m${at}`, { contextWindow: 1 })
  assert.deepEqual([facts.get(url, "m9"), facts.get(url, "m10")], [{}, { contextWindow: 1 }])
})

const at = Date.now()
for (const damaged of [undefined, null, 7, {}, [null], [{ key: `${url} m`, facts: 3 }]]) {
  test(`a memory that holds ${JSON.stringify(damaged)} counts as empty`, () => {
    const facts = keptEndpointMemory(memoryOf({ [name]: damaged }))
    assert.deepEqual(facts.get(url, "m"), {})
    facts.learn(url, "m", { contextWindow: 8192 })
    assert.deepEqual(facts.get(url, "m"), { contextWindow: 8192 })
  })
}

test("of damaged facts the sound ones stay", () => {
  const facts = {
    refusedKeys: { value: ["a", 7], at },
    reasoningField: { value: "__proto__", at },
    rawCompletions: { value: "vllm" },
    contextWindow: { value: 8192, at },
    price: { value: { input: -1, output: 1 }, at },
    evil: { value: 1, at },
  }
  const kept = keptEndpointMemory(memoryOf({ [name]: [{ key: `${url} m`, facts }] }))
  assert.deepEqual(kept.get(url, "m"), { contextWindow: 8192 })
})

test("a memory that can't be written breaks nothing", async () => {
  const facts = keptEndpointMemory({
    get: () => undefined,
    update: () => Promise.reject(new Error("disk full")),
  })
  facts.learn(url, "m", { contextWindow: 1 })
  await new Promise(setImmediate)
})
