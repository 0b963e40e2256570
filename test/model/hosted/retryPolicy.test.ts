import assert from "node:assert/strict"
import { test } from "node:test"
import { retryDelay, systemClock } from "../../../src/model/hosted/retryPolicy.ts"
import { ModelError } from "../../../src/model/modelError.ts"

const busy = { error: new ModelError("serverError"), mayRetry: true }

for (const [tries, random, expected] of [
  [1, 1, 1000],
  [1, 0.25, 250],
  [2, 1, 2000],
  [2, 0, 0],
  [3, 1, undefined],
] as const)
  test(`after try ${tries}, chance ${random}: ${expected ?? "give up"}`, () =>
    assert.equal(
      retryDelay(busy, tries, () => random),
      expected,
    ))

for (const [retryAfter, expected] of [
  [0, 0],
  [34, 34_000],
  [60, 60_000],
  [61, undefined],
] as const)
  test(`a server that asks for ${retryAfter} s: ${expected ?? "give up"}`, () => {
    const limited = { error: new ModelError("rateLimited", { retryAfter }), mayRetry: true }
    assert.equal(
      retryDelay(limited, 1, () => 1),
      expected,
    )
  })

test("what can't get better isn't tried again", () =>
  assert.equal(
    retryDelay({ error: new ModelError("unauthorized"), mayRetry: false }, 1, () => 1),
    undefined,
  ))

test("a sleep ends when it is aborted", async () => {
  const controller = new AbortController()
  const sleep = systemClock.sleep(3_600_000, controller.signal)
  controller.abort()
  await sleep
})
