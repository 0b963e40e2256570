import assert from "node:assert/strict"
import { test } from "node:test"
import { fitReplacement } from "../../src/actions/fitReplacement.ts"

type Case = {
  readonly original: string
  readonly answer: string
  readonly fits: string
  readonly before?: string
  readonly after?: string
}

const cases: Readonly<Record<string, Case>> = {
  "code at the margin gets the original's indentation": {
    original: "    if (a) {\n      b()\n    }",
    answer: "if (!a) {\n  b()\n\n  c()\n}",
    fits: "    if (!a) {\n      b()\n\n      c()\n    }",
  },
  "code indented too far comes back": { original: "a()", answer: "    b()\n      c()", fits: "b()\n  c()" },
  "blanks become the original's tabs": {
    original: "\tif (a) {\n\t\tb()\n\t}",
    answer: "if (a) {\n    c()\n        d()\n}",
    fits: "\tif (a) {\n\t\tc()\n\t\t\td()\n\t}",
  },
  "blank lines around the code stay as they were": {
    original: "\n\na()\n",
    answer: "\nb()\n\n\n",
    fits: "\n\nb()\n",
  },
  "a copy of the lines before goes": {
    before: "import x\n\nfunction f() {",
    original: "  return 1\n}",
    answer: "function f() {\n  return 1\n  // one\n}",
    fits: "  return 1\n  // one\n}",
  },
  "a copy of the lines after goes": {
    original: "const a = 1",
    after: "const b = 2\nconst c = 3",
    answer: "const a: number = 1\nconst b = 2\nconst c = 3",
    fits: "const a: number = 1",
  },
  "a bracket that happens to be the same stays": {
    before: "}",
    original: "function f() {\n}",
    after: "}",
    answer: "function f() {\n  g()\n}",
    fits: "function f() {\n  g()\n}",
  },
  "nothing stays nothing": { original: "  a()", answer: "\n  \n", fits: "" },
}

for (const [name, { original, answer, fits, before = "", after = "" }] of Object.entries(cases))
  test(name, () => {
    const place = { original: original.split("\n"), before: before.split("\n"), after: after.split("\n") }
    assert.equal(fitReplacement(answer, place).join("\n"), fits)
  })
