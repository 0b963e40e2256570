// Counts per endpoint and model: how they grow, that windows add up, and what a damaged memory does.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Usage } from "../../src/model/languageModel.ts"
import type { ModelObservation } from "../../src/model/observedModel.ts"
import { endpointLedger } from "../../src/vscode/endpointLedger.ts"
import { memoryOf } from "./memoryOf.ts"

const name = "osprey.endpointLedger"
/** 41 tokens a second: one second for 41. */
const usage: Usage = {
  promptTokens: 100,
  reusedTokens: 0,
  generatedTokens: 41,
  firstTokenMs: 600,
  generationMs: 1000,
}

function seen(parts: Partial<ModelObservation> = {}): ModelObservation {
  return { answered: true, toolCalls: 0, malformedCalls: 0, problems: [], usage, ...parts }
}

test("answers, calls, faults and cost add up; the most frequent fault comes first", () => {
  const ledger = endpointLedger({ memory: memoryOf() })
  ledger.note("a", seen({ toolCalls: 2, malformedCalls: 1, problems: ["bad_arguments", "missing_end"] }))
  ledger.note("a", seen({ problems: ["missing_end"], usage: { ...usage, cost: 0.25 } }))
  ledger.note("a", { ...seen({ usage: { ...usage, cost: 0.5 } }), answered: false })
  ledger.note("b", seen())
  assert.deepEqual(ledger.record("a"), {
    answers: 2,
    toolCalls: 2,
    malformedCalls: 1,
    problems: [
      { code: "missing_end", count: 2 },
      { code: "bad_arguments", count: 1 },
    ],
    tokensPerSecond: 41,
    firstTokenMs: 600,
    cost: 0.75,
  })
  assert.equal(ledger.record("never seen"), undefined)
  ledger.dispose()
})

test("the speed is the median of the last twenty answers; very short ones say nothing", () => {
  const ledger = endpointLedger({ memory: memoryOf() })
  const answer = (tokens: number) => ledger.note("a", seen({ usage: { ...usage, generatedTokens: tokens } }))
  answer(3)
  assert.deepEqual(ledger.seen("a"), {})
  for (let at = 0; at < 30; at++) answer(900)
  for (let at = 0; at < 11; at++) answer(50)
  assert.deepEqual(ledger.seen("a"), { tokensPerSecond: 50 })
  assert.deepEqual(ledger.seen("b"), {})
  ledger.dispose()
})

test("an answer in one piece has no speed", () => {
  const ledger = endpointLedger({ memory: memoryOf() })
  ledger.note("a", seen({ usage: { ...usage, generationMs: 0 } }))
  assert.deepEqual(ledger.seen("a"), {})
  ledger.dispose()
})

test("many notes are one write, and nothing is lost when the window closes", async () => {
  const memory = memoryOf()
  const ledger = endpointLedger({ memory })
  for (let at = 0; at < 5; at++) ledger.note("a", seen())
  assert.equal(memory.writes(), 0)
  ledger.dispose()
  assert.equal(memory.writes(), 1)
  assert.equal(endpointLedger({ memory }).record("a")?.answers, 5)
  ledger.dispose()
  assert.equal(memory.writes(), 1)
})

test("counts are written by themselves after a while", async () => {
  const memory = memoryOf()
  const written = new Promise<void>(done => {
    const ledger = endpointLedger({
      memory: { ...memory, update: async (key, value) => done(void memory.kept.set(key, value)) },
      writeEvery: 1,
    })
    ledger.note("a", seen())
  })
  const held = setInterval(() => {}, 1_000)
  await written
  clearInterval(held)
  assert.equal(endpointLedger({ memory }).record("a")?.answers, 1)
})

test("two windows add to the same counts", () => {
  const memory = memoryOf()
  const [one, other] = [endpointLedger({ memory }), endpointLedger({ memory })]
  one.note("a", seen())
  other.note("a", seen())
  one.dispose()
  assert.equal(other.record("a")?.answers, 2)
  other.dispose()
  assert.equal(one.record("a")?.answers, 2)
})

test("the endpoints not used for longest are forgotten", () => {
  const memory = memoryOf()
  let now = 0
  const ledger = endpointLedger({ memory, now: () => now })
  for (; now < 50; now++) ledger.note(`endpoint ${now}`, seen())
  ledger.dispose()
  assert.equal(ledger.record("endpoint 9"), undefined)
  assert.equal(ledger.record("endpoint 10")?.answers, 1)
})

test("a server can't fill the memory with made-up codes", () => {
  const ledger = endpointLedger({ memory: memoryOf() })
  const codes = Array.from({ length: 200 }, (_, at) => `code_${at}`)
  ledger.note("a", seen({ problems: ["__proto__", "x".repeat(1000), "<b>", ...codes] }))
  ledger.note("a", seen({ problems: ["code_0", "toString"] }))
  ledger.dispose()
  assert.equal(ledger.record("a")?.problems.length, 60)
  assert.deepEqual(ledger.record("a")?.problems[0], { code: "code_0", count: 2 })
})

for (const damaged of [
  undefined,
  null,
  7,
  "x",
  {},
  [null, 7, {}, { key: "a" }],
  [
    {
      key: "a",
      at: 1,
      answers: -1,
      toolCalls: 0,
      malformedCalls: 0,
      problems: {},
      tokensPerSecond: [],
      firstTokenMs: [],
    },
  ],
  [
    {
      key: "a",
      at: 1,
      answers: 1,
      toolCalls: 0,
      malformedCalls: 0,
      problems: [1],
      tokensPerSecond: "x",
      firstTokenMs: [],
    },
  ],
]) {
  test(`a memory that holds ${JSON.stringify(damaged)} counts as empty`, () => {
    const ledger = endpointLedger({ memory: memoryOf({ [name]: damaged }) })
    assert.equal(ledger.record("a"), undefined)
    ledger.note("a", seen())
    ledger.dispose()
    assert.equal(ledger.record("a")?.answers, 1)
  })
}

test("a memory that can't be written breaks nothing", async () => {
  const memory = { get: () => undefined, update: () => Promise.reject(new Error("disk full")) }
  const ledger = endpointLedger({ memory })
  ledger.note("a", seen())
  ledger.dispose()
  await new Promise(setImmediate)
})
