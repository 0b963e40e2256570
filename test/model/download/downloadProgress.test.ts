import assert from "node:assert/strict"
import { mock, test } from "node:test"
import { downloadProgress } from "../../../src/model/download/downloadProgress.ts"
import { rateMeter } from "../../../src/model/download/rateMeter.ts"
import type { ModelDownload } from "../../../src/protocol/modelDownload.ts"

test("four times a second, the last one always, rate and time left once they are known", t => {
  mock.timers.enable({ apis: ["setTimeout"] })
  t.after(() => mock.timers.reset())
  const shown: ModelDownload[] = []
  let now = 1000
  const progress = downloadProgress(
    "gpt-oss-20b",
    { bytes: 0, total: 0 },
    each => shown.push(each),
    () => now,
  )
  for (let at = 0; at < 2000; at += 10) {
    now = 1000 + at
    progress.add({ kind: "running", bytes: at * 1000, total: 10_000_000 })
    mock.timers.tick(10)
  }
  assert.ok(shown.length >= 8 && shown.length <= 10, `${shown.length} times`)
  mock.timers.tick(250)
  const last = shown.at(-1)
  assert.equal(last?.bytes, 1_990_000)
  assert.deepEqual(last?.phase, { kind: "running", bytesPerSecond: 1_000_000, secondsLeft: 8.01 })
  const before = shown.length
  progress.add({ kind: "waiting", bytes: 1_990_000, total: 10_000_000 })
  assert.deepEqual(shown.at(-1)?.phase, { kind: "waiting" })
  progress.add({ kind: "checking", bytes: 5, total: 10 })
  progress.add({ kind: "checking", bytes: 10, total: 10 })
  progress.end()
  mock.timers.tick(1000)
  assert.deepEqual(shown.at(-1)?.phase, { kind: "checking", fraction: 0.5 })
  assert.equal(shown.length, before + 2)
})

test("the rate is that of the last ten seconds, and begins anew with the file", () => {
  const meter = rateMeter()
  meter.add(0, 0)
  assert.equal(meter.perSecond(), undefined)
  for (let second = 1; second <= 20; second++)
    meter.add(Math.max(second, 2 * second - 10) * 1000, second * 1000)
  assert.equal(meter.perSecond(), 2000)
  meter.add(0, 21_000)
  assert.equal(meter.perSecond(), undefined)
})
