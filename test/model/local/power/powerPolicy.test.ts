// What holds on battery, on mains, and for each setting.
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  idleTime,
  type OnBattery,
  onMains,
  powerPolicy,
} from "../../../../src/model/local/power/powerPolicy.ts"

const saves = { saves: true, worksAhead: false, pauseMs: 600, mostIdleMinutes: 5 }

for (const [setting, onBattery] of [
  ["save", { ...saves, ghostText: "automatic" }],
  ["manual", { ...saves, ghostText: "onRequest" }],
  ["full", onMains],
] as const satisfies readonly (readonly [OnBattery, unknown])[])
  test(`"${setting}" holds on battery, and nothing is held back on mains`, () => {
    assert.deepEqual(powerPolicy(setting, true), onBattery)
    assert.deepEqual(powerPolicy(setting, false), onMains)
  })

test("minutes until memory is given back: the user's, on battery 5 at most, and 0 is never", () => {
  const minute = 60_000
  const rows = [
    // the user's, on mains, on battery
    [30, 30 * minute, 5 * minute],
    [3, 3 * minute, 3 * minute],
    [0, 0, 5 * minute],
  ] as const
  for (const [minutes, plugged, unplugged] of rows) {
    assert.equal(idleTime(minutes, powerPolicy("save", false)), plugged)
    assert.equal(idleTime(minutes, powerPolicy("save", true)), unplugged)
  }
  assert.equal(idleTime(0, powerPolicy("full", true)), 0)
})
