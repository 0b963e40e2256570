// One keystroke: what is suggested, on one line or as a block, and how it sits in the line.
import assert from "node:assert/strict"
import { test } from "node:test"
import { ghost } from "../support/completionTest.ts"

/** Each: the editor, what the model writes after the cursor, the editor with ghost text. */
async function pictures(
  fields: { readonly languageId?: string },
  ...rows: readonly (readonly [before: string, written: string, after: string])[]
): Promise<void> {
  for (const [before, written, after] of rows) assert.equal(await ghost(before, written, fields), after)
}

test("the rest of a line", () =>
  pictures(
    {},
    ["const x = █", "1337", "const x = ├1337┤"],
    ["const x = █", "1337\nconst y = 2\n", "const x = ├1337┤"],
    ["const x█", " = 1337", "const x├ = 1337┤"],
    ["return cons█\n}", "tant\n}", "return cons├tant┤\n}"],
    ["const x = █", "1337   ", "const x = ├1337┤"],
  ))

test("what the editor closed by itself is covered, not doubled", () =>
  pictures(
    {},
    ["sum(█)", "a, b)", "sum(├a, b)┤"],
    ["sum(█);", "a, b);", "sum(├a, b);┤"],
    ["sum(█);", "a, b)", "sum(├a, b)┤;"],
    ["sum(█)", "a, b", "sum(├a, b┤)"],
    ['import x from "█"', './x.ts"', 'import x from "├./x.ts"┤'],
    ["call([█])", "1, 2])", "call([├1, 2])┤"],
    ["const f = () => {█}", "\n  return 1\n}", "const f = () => {├\n  return 1\n}┤"],
  ))

test("a bracket too many is cut", () =>
  pictures(
    {},
    ["sum(a█\n", ", b))\n", "sum(a├, b)┤\n"],
    ["const x = y█\n", ".z()}\n", "const x = y├.z()┤\n"],
  ))

test("a whole block where one was opened", () =>
  pictures(
    {},
    [
      "function f() {\n  █\n}",
      "const a = 1\n  return a\n}\nfunction g() {\n",
      "function f() {\n  ├const a = 1\n  return a┤\n}",
    ],
    ["function f() {\n  █", "return 1\n}\n\nfunction g() {", "function f() {\n  ├return 1\n}┤"],
    ["if (a) {\n  █\n", "b()\n} else {\n  c()\n}\nd()\n", "if (a) {\n  ├b()\n} else {\n  c()\n}┤\n"],
    [
      "function f() {\n  █\n  return b\n}",
      "const b = 1\n  return b\n}",
      "function f() {\n  ├const b = 1┤\n  return b\n}",
    ],
    ["items.map(item => {█", "\n  return item\n})\nmore()", "items.map(item => {├\n  return item\n})┤"],
  ))

test("a line that opens a block goes on with it, unless the block is there", () =>
  pictures(
    {},
    ["function f(a)█\n\nf(1)", " {\n  return a\n}\n", "function f(a)├ {\n  return a\n}┤\n\nf(1)"],
    ["if (a)█\n  b()\n}", " {\n  c()\n", "if (a)├ {┤\n  b()\n}"],
    ["if (a) {█\n  b()\n}", " // always\n  c()", "if (a) {├ // always┤\n  b()\n}"],
    ["log█\n", "(\n  1,\n)\n", "log├(┤\n"],
    ["const a = [█\n", "\n  1,\n]\nlog(a)", "const a = [├\n  1,\n]┤\n"],
  ))

test("a whole block in Python, by indentation alone", () =>
  pictures(
    { languageId: "python" },
    ["def f():\n    █\n", "a = 1\n    return a\n\n\ndef g():\n", "def f():\n    ├a = 1\n    return a┤\n"],
    ["def f():█", "\n    return 1\nprint(f())", "def f():├\n    return 1┤"],
    ["x = {█", '\n    "a": 1,\n}\nprint(x)', 'x = {├\n    "a": 1,\n}┤'],
  ))

test("what a comment asks for", () =>
  pictures({}, [
    "// the larger of two\n█",
    "function max(a, b) {\n  return a > b ? a : b\n}\nfunction min",
    "// the larger of two\n├function max(a, b) {\n  return a > b ? a : b\n}┤",
  ]))

test("prose stays on its line", () =>
  pictures({ languageId: "markdown" }, [
    "# Osprey\n\nA bird (█",
    "of prey)\nthat fishes",
    "# Osprey\n\nA bird (├of prey)┤",
  ]))

test("nothing that is there already", async () => {
  assert.equal(await ghost("const a = 1\n█\nconst b = 2", "const b = 2\n"), "duplicate")
  assert.equal(await ghost("f()\nf()\n█", "f()\n"), "repetition")
  assert.equal(await ghost("const x = 1█", "\nconst y = 2"), "nothingToAdd")
  assert.equal(await ghost("sum(a█)", ")"), "nothingToAdd")
})

test("a loop ends the answer", () =>
  pictures(
    {},
    ["const x = █", "a + a + a + a + a + a + a + a + a + a + a + a", "const x = ├a + a┤"],
    ["if (a) {\n  █", "log(1)\n  log(1)\n  log(1)\n  log(1)\n}", "if (a) {\n  ├log(1)┤"],
  ))

test("the fence that the prompt opened ends the answer", async () => {
  assert.equal(await ghost("const x = █", "1\n```\nThat is it."), "const x = ├1┤")
  assert.equal(await ghost("const x = 1█\n", "```"), "nothingToAdd")
})

test("characters nobody sees make a suggestion unfit to be shown", async () => {
  assert.equal(await ghost("const x = █", "'\u202euser\u2066'"), "hiddenCharacters")
  assert.equal(await ghost("const x = █", "\u200bfoo"), "hiddenCharacters")
})

test("the file's own indentation", () =>
  pictures({}, [
    "function f() {\n\tif (a) {\n\t\tb()\n\t}\n\tif (c) {\n\t\t█\n\t}\n}",
    "d()\n        e()\n    }",
    "function f() {\n\tif (a) {\n\t\tb()\n\t}\n\tif (c) {\n\t\t├d()\n\t\te()┤\n\t}\n}",
  ]))
