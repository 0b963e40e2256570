// Which numbers of threads are tried: never all cores, one for a tiny model, the user's own if there is one.
import assert from "node:assert/strict"
import { test } from "node:test"
import { threadChoices } from "../../src/runtime/threadChoices.ts"

const cases = [
  { cores: 1, choices: [1] },
  { cores: 2, choices: [1] },
  { cores: 4, choices: [3, 2] },
  { cores: 8, choices: [7, 6, 4] },
  { cores: 16, choices: [15, 12, 8] },
  { cores: 8, tiny: true, choices: [1] },
  { cores: 8, asked: 3, choices: [3] },
  { cores: 8, asked: 3, tiny: true, choices: [3] },
  { cores: 8, asked: 64, choices: [8] },
]

for (const { cores, choices, asked = 0, tiny = false } of cases)
  test(`${cores} cores${tiny ? ", tiny model" : ""}${asked > 0 ? `, ${asked} asked` : ""}: ${choices.join(", ")}`, () =>
    assert.deepEqual(threadChoices({ cores, asked, tiny }), choices))
