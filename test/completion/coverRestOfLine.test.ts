// What a suggestion shares with the end of the line it is put into.
import assert from "node:assert/strict"
import { test } from "node:test"
import { coverRestOfLine } from "../../src/completion/postprocess/coverRestOfLine.ts"

test("shared is what both write and the suggestion doesn't open itself", () => {
  for (const [text, rest, shared] of [
    ["a, b)", ")", ")"],
    ["a, b", ")", ""],
    ["max(a)", ")", ""],
    ["max(a))", ")", ")"],
    ["a, b);", ");", ");"],
    ["a, b)", ");", ")"],
    ["a) {", ") {", ") {"],
    ["a) {\n  b()\n}", ") {", ") {"],
    ['a", b)', '")', '")'],
    ['a"', '"', '"'],
    ['a\\"b"', '"', '"'],
    ["'x', ')')", ")", ")"],
    ["1, 2])", "])", "])"],
    ["\n  return 1\n})", "})", "})"],
    ["x }", " }", " }"],
    ["a + b", "", ""],
    ["a]", ")", ""],
  ] as const)
    assert.equal(rest.slice(0, coverRestOfLine(text, rest)), shared, `${text} into ${rest}`)
})
