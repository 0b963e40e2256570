// The status bar's words on saving battery.
import assert from "node:assert/strict"
import { test } from "node:test"
import { powerPolicy } from "../../src/model/local/power/powerPolicy.ts"
import { savingText } from "../../src/vscode/completionReport.ts"

for (const [setting, words] of [
  ["save", "ghost text after longer pauses, nothing read ahead, memory given back after 5 minutes"],
  ["manual", "ghost text only when you ask, nothing read ahead, memory given back after 5 minutes"],
  ["full", undefined],
] as const)
  test(`"${setting}" on battery: ${words ?? "nothing is said"}; on mains nothing is said`, () => {
    assert.equal(savingText(powerPolicy(setting, true)), words)
    assert.equal(savingText(powerPolicy(setting, false)), undefined)
  })
