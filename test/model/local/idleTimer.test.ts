// How long nobody needs something before it is ended, while how long that is changes.
import assert from "node:assert/strict"
import { type TestContext, test } from "node:test"
import { idleTimer } from "../../../src/model/local/idleTimer.ts"

const minute = 60_000

function idling(t: TestContext, first: number | undefined) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] })
  const own = { limit: first, asked: 0, ended: 0 }
  const timer = idleTimer({
    limit() {
      own.asked++
      return own.limit
    },
    onIdle: () => own.ended++,
    now: Date.now,
  })
  return { own, timer, pass: (ms: number) => t.mock.timers.tick(ms) }
}

test("it ends after the limit, once, and not while it is needed", t => {
  const { own, timer, pass } = idling(t, 90 * 1000)
  timer.start()
  pass(89_999)
  timer.stop()
  pass(10 * minute)
  assert.equal(own.ended, 0)
  timer.start()
  pass(89_999)
  assert.equal(own.ended, 0)
  pass(1)
  assert.equal(own.ended, 1)
  pass(10 * minute)
  assert.equal(own.ended, 1)
})

test("a limit that shrinks ends it within a minute, counted from when it became idle", t => {
  const { own, timer, pass } = idling(t, 0)
  timer.start()
  for (let passed = 0; passed < 20; passed++) pass(minute)
  assert.equal(own.ended, 0, "0 is never")
  own.limit = 5 * minute
  pass(minute)
  assert.equal(own.ended, 1)
})

test("a limit that grows keeps it", t => {
  const { own, timer, pass } = idling(t, 2 * minute)
  timer.start()
  pass(minute)
  own.limit = 10 * minute
  for (let passed = 1; passed < 9; passed++) pass(minute)
  assert.equal(own.ended, 0)
  pass(minute)
  assert.equal(own.ended, 1)
})

test("what is gone is waited for no longer", t => {
  const { own, timer, pass } = idling(t, 30 * minute)
  timer.start()
  own.limit = undefined
  pass(minute)
  const { asked } = own
  for (let passed = 0; passed < 60; passed++) pass(minute)
  assert.deepEqual([own.ended, own.asked], [0, asked])
})
