// The rules by which a child process is judged, each without a process: signs of life, progress, loops of crashes.
import assert from "node:assert/strict"
import { test } from "node:test"
import { crashLoop } from "../../../src/model/local/crashLoop.ts"
import { heartbeat, silentTicks } from "../../../src/model/local/heartbeat.ts"
import { progressWatch } from "../../../src/model/local/progressWatch.ts"

test("silence is a number of ticks in a row without a sign, however long they took", t => {
  t.mock.timers.enable({ apis: ["setInterval"] })
  let asked = 0
  let silences = 0
  const life = heartbeat({ tickMs: 3000, ask: () => asked++, onSilence: () => silences++ })
  t.mock.timers.tick(3000 * silentTicks)
  assert.deepEqual([asked, silences], [silentTicks, 0])
  life.heard()
  t.mock.timers.tick(3000 * silentTicks)
  assert.equal(silences, 0)
  t.mock.timers.tick(3000)
  assert.equal(silences, 1)
  t.mock.timers.tick(30_000)
  assert.deepEqual([asked, silences], [2 * silentTicks, 1])
})

test("whoever is stopped is neither asked nor found silent", t => {
  t.mock.timers.enable({ apis: ["setInterval"] })
  const life = heartbeat({ tickMs: 1000, ask: () => assert.fail(), onSilence: () => assert.fail() })
  life.stop()
  t.mock.timers.tick(60_000)
})

const seconds = { firstMs: 300, stepMs: 60 }

test("loading may take long between two steps, and so may the first piece of a prompt after it", () => {
  const work = progressWatch(seconds)
  work.began(1, "load")
  assert.equal(work.passed(300), undefined)
  work.stepped(1)
  assert.equal(work.passed(300), undefined)
  work.ended(1)
  work.began(2, "generate")
  assert.equal(work.passed(300), undefined)
  assert.equal(work.passed(1), 301)
})

test("a step may take twenty times the longest so far, and a minute at the least", () => {
  const work = progressWatch(seconds)
  work.began(1, "generate")
  work.passed(1)
  work.stepped(1)
  assert.equal(work.passed(60), undefined)
  work.stepped(1)
  assert.equal(work.passed(20 * 60), undefined)
  assert.equal(work.passed(1), 1201)
})

test("who waits in line gets on while another does; nobody is late who has nothing to do", () => {
  const work = progressWatch(seconds)
  work.began(1, "generate")
  work.began(2, "generate")
  for (let step = 0; step < 100; step++) {
    assert.equal(work.passed(50), undefined)
    work.stepped(2)
  }
  work.ended(2)
  work.ended(1)
  assert.equal(work.passed(1e9), undefined)
})

test("three deaths within five minutes are a loop; two, or three that lie further apart, are none", () => {
  let now = 0
  const crashes = crashLoop({ deaths: 3, withinMs: 300_000 }, () => now)
  crashes.died()
  now = 200_000
  crashes.died()
  now = 310_000
  crashes.died()
  assert.equal(crashes.stopped(), undefined)
  now = 320_000
  crashes.died()
  const stopped = crashes.stopped() ?? ""
  for (const step of [
    "3 times",
    "Set osprey.local.gpu to cpu",
    "osprey.local.contextSize",
    "another model",
    "the log",
  ])
    assert.ok(stopped.includes(step), `${step} isn't in: ${stopped}`)
  now = 1e9
  assert.notEqual(crashes.stopped(), undefined, "time alone starts nothing again")
  crashes.forget()
  assert.equal(crashes.stopped(), undefined)
})
