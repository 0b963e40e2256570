import assert from "node:assert/strict"
import { test } from "node:test"
import { enclosingLines, linesOf, selectedLines, surroundings } from "../../src/actions/codePassage.ts"
import { testPath } from "../../src/actions/testPath.ts"

/** The lines around the one marked with `█`, without the mark. */
function blockOf(text: string): string {
  const marked = linesOf(text).findIndex(line => line.includes("█"))
  const lines = linesOf(text.replace("█", ""))
  const { first, last } = enclosingLines(lines, { first: marked, last: marked })
  return lines.slice(first, last + 1).join("\n")
}

const long = (count: number) => Array.from({ length: count }, (_, index) => `  call(${index})`).join("\n")

const blocks: Readonly<Record<string, readonly [string, string]>> = {
  "a function with its comment": [
    "import a\n\n/** Sum. */\nfunction sum(a, b) {\n  return a +█ c\n}\n\nfunction next() {}\n",
    "/** Sum. */\nfunction sum(a, b) {\n  return a + c\n}",
  ],
  "a top-level statement alone": ["const a = 1\nconst b█ = a.x\nconst c = 3", "const b = a.x"],
  "Python, up to the next statement": [
    "import os\n\n@cached\ndef read(path):\n    with open(path) as file:\n\n        return fil█e.red()\n\n\nprint(read('a'))\n",
    "@cached\ndef read(path):\n    with open(path) as file:\n\n        return file.red()",
  ],
  "all branches": [
    "if (a) {\n  b()\n} else if (c) {\n  d█()\n} else {\n  e()\n}\nf()",
    "if (a) {\n  b()\n} else if (c) {\n  d()\n} else {\n  e()\n}",
  ],
  "braces on their own lines": ["int F()\n{\n    return x█;\n}\nint G();", "int F()\n{\n    return x;\n}"],
  "the method where the class is long": [
    `class A {\n${long(30)}\n  sum() {\n    return 1█\n  }\n\n  next() {}\n}`,
    "  sum() {\n    return 1\n  }",
  ],
  "some lines where the function is long": [
    `function f() {\n${long(30)}\n  bad█()\n${long(30)}\n}`,
    "  bad()",
  ],
  "the text above a blank end": ["function f() {\n  return 1\n}\n█", "function f() {\n  return 1\n}"],
}
for (const [name, [text, block]] of Object.entries(blocks))
  test(`the block around: ${name}`, () => assert.equal(blockOf(text), block))

test("nothing but blank lines has a block too", () => {
  assert.deepEqual(enclosingLines([""], { first: 0, last: 0 }), { first: 0, last: 0 })
})

test("a selection means its whole lines, without a last one that it only touches", () => {
  const lines = (...[a, b, c, d]: [number, number, number, number]) =>
    selectedLines({ line: a, character: b }, { line: c, character: d })
  assert.deepEqual(lines(2, 4, 3, 1), { first: 2, last: 3 })
  assert.deepEqual(lines(2, 0, 4, 0), { first: 2, last: 3 })
  assert.deepEqual(lines(2, 0, 2, 0), { first: 2, last: 2 })
})

test("surroundings are whole lines, the nearest ones, more of them before", () => {
  const lines = ["aaaa", "bbbb", "cccc", "CODE", "dddd", "eeee"]
  assert.deepEqual(surroundings(lines, { first: 3, last: 3 }, 15), { before: "bbbb\ncccc", after: "dddd" })
  assert.deepEqual(surroundings(lines, { first: 3, last: 3 }, 4), { before: "", after: "" })
  assert.deepEqual(surroundings(lines, { first: 0, last: 5 }, 100), { before: "", after: "" })
})

test("tests go where the language and the folder have them", () => {
  assert.equal(testPath("src/a.ts", "typescript", []), "src/a.test.ts")
  assert.equal(testPath("src/a.tsx", "typescriptreact", ["b.spec.tsx"]), "src/a.spec.tsx")
  assert.equal(testPath("a.py", "python", []), "test_a.py")
  assert.equal(testPath("pkg/a.go", "go", []), "pkg/a_test.go")
  assert.equal(testPath("Shop.java", "java", []), "ShopTest.java")
  assert.equal(testPath("Untitled-1", "plaintext", []), "Untitled-1.test")
})
