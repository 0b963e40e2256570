// When the system is asked for its power source, and what is taken to be true meanwhile.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { OnBattery } from "../../../../src/model/local/power/powerPolicy.ts"
import { type PowerWatch, powerWatch } from "../../../../src/model/local/power/powerWatch.ts"
import { comesTrue } from "../../../support/runtimeTest.ts"

const seconds = 1000

/** A computer with a clock and a plug. `asked`: how often it was asked. */
function computer(setting: OnBattery = "save") {
  const own = { setting, onBattery: true, asked: 0, at: 0, told: 0 }
  const watch = powerWatch({
    setting: () => own.setting,
    now: () => own.at,
    async read() {
      own.asked++
      return own.onBattery
    },
  })
  watch.onChange(() => own.told++)
  return { own, watch }
}

test("nothing is asked before somebody needs to know, and showing it is no need", async () => {
  const { own, watch } = computer()
  assert.equal(watch.known().saves, false)
  assert.equal(own.asked, 0)
  assert.equal((await watch.settled()).saves, true)
  assert.deepEqual([own.asked, own.told, watch.known().saves], [1, 1, true])
})

test("who can't wait gets what is known at once, and the answer the next time", async () => {
  const { own, watch } = computer()
  assert.equal(watch.policy().saves, false)
  assert.ok(await comesTrue(() => watch.known().saves, 5 * seconds))
  assert.equal(own.asked, 1)
})

test("asked again and again it asks once a minute, and follows the plug", async () => {
  const { own, watch } = computer()
  await watch.settled()
  own.onBattery = false
  for (; own.at < 60 * seconds; own.at += seconds) assert.equal(watch.policy().saves, true)
  assert.equal(own.asked, 1)
  assert.equal((await watch.settled()).saves, false)
  assert.deepEqual([own.asked, own.told], [2, 2])
})

test("several who wait at once wait for one answer", async () => {
  const { own, watch } = computer()
  const policies = await Promise.all([watch.settled(), watch.settled(), watch.settled()])
  assert.deepEqual(
    policies.map(({ saves }) => saves),
    [true, true, true],
  )
  assert.equal(own.asked, 1)
})

test("a changed setting holds at once; with full nothing is asked at all", async () => {
  const { own, watch } = computer("full")
  assert.equal((await watch.settled()).saves, false)
  assert.equal(own.asked, 0)
  own.setting = "manual"
  assert.equal((await watch.settled()).ghostText, "onRequest")
  own.setting = "full"
  assert.equal(watch.known().saves, false)
})

const failing: Readonly<Record<string, (signal: AbortSignal) => Promise<boolean>>> = {
  fails: () => Promise.reject(new Error("no such folder")),
  "fails at once": () => {
    throw new Error("no such program")
  },
  "never answers": () => new Promise(() => {}),
}

for (const [name, read] of Object.entries(failing))
  test(`a system that ${name} runs on mains`, { timeout: 20 * seconds }, async () => {
    const watch = powerWatch({ setting: () => "save", read, patience: 20 })
    // The patience alone keeps no process alive.
    const alive = setInterval(() => {}, seconds)
    assert.equal((await watch.settled()).saves, false)
    clearInterval(alive)
  })

test("closed, it ends what it asked and asks no more", async () => {
  let reads = 0
  let ended = false
  const watch: PowerWatch = powerWatch({
    setting: () => "save",
    read: signal =>
      new Promise(() => {
        reads++
        signal.addEventListener("abort", () => {
          ended = true
        })
      }),
  })
  const waiting = watch.settled()
  watch.dispose()
  assert.equal((await waiting).saves, false)
  watch.policy()
  assert.deepEqual([reads, ended], [1, true])
})

test("this computer is asked for real, and answers in time or counts as plugged in", async () => {
  const watch = powerWatch({ setting: () => "manual" })
  const { saves, ghostText } = await watch.settled()
  assert.equal(ghostText, saves ? "onRequest" : "automatic")
  watch.dispose()
})
