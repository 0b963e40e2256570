import assert from "node:assert/strict"
import { test } from "node:test"
import { endsInLoop } from "../../src/base/repetition.ts"

const code = Array.from({ length: 80 }, (_, i) => `  const value${i} = compute${i % 7}(${i * 31})\n`).join("")

for (const [name, text, expected] of [
  ["a word said a hundred times", `Well, ${"again ".repeat(100)}`, true],
  [
    "a paragraph said five times",
    "It reads the file, then it writes the file, and that is how it works here. ".repeat(5),
    true,
  ],
  [
    "a paragraph said three times",
    "It reads the file, then it writes the file, and that is how it works here. ".repeat(3),
    false,
  ],
  ["ordinary code", code, false],
  ["a rule of dashes", `Title\n${"-".repeat(500)}`, false],
  [
    "a loop that ended in something else",
    `${"again ".repeat(100)}and then it went on with other things`,
    false,
  ],
  ["nothing", "", false],
] as const)
  test(`${name}: ${expected ? "a loop" : "no loop"}`, () => assert.equal(endsInLoop(text), expected))
