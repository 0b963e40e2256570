// What stays frozen while the user types, and what renews it. The parts before a renewed one stay as they are, so
// their evaluation is used again.
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  type Occasion,
  type PromptSnapshot,
  promptParts,
  promptSnapshot,
} from "../../src/completion/promptSnapshot.ts"
import { requestAt } from "../support/cursorText.ts"

const limits = { window: 1200, suffix: 400, related: 600, edits: 200 }
const helper = {
  path: "src/price.ts",
  fullPaths: ["/work/src/price.ts"],
  languageId: "typescript",
  text: "export function priceOf(item: Item): number {\n  return item.price * item.count\n}\n",
}
const edit = { path: "src/order.ts", line: 3, lines: ["-const sum = 0", "+const net = 0"], at: 1 }
const sources = { documents: () => [helper], edits: () => [edit] }

const file = (lines: number) =>
  Array.from({ length: lines }, (_, index) => `  const price${index} = item.price`)
const numbered = file(200)

/** The cursor at the end of line `line` of `text`. */
function at(line: number, text: readonly string[] = numbered) {
  return requestAt(`${text.slice(0, line + 1).join("\n")}█\n${text.slice(line + 1).join("\n")}`)
}

function snapshot(
  previous: PromptSnapshot | undefined,
  place: ReturnType<typeof at>,
  occasion: Occasion = "typing",
): PromptSnapshot {
  return promptSnapshot(previous, place, sources, limits, occasion)
}

test("typing in a line, and on into the next ones, keeps all of it", () => {
  const first = snapshot(undefined, at(100))
  const typed = [
    ...numbered.slice(0, 100),
    "  if (price9) {",
    "    total += price9",
    "  }",
    ...numbered.slice(101),
  ]
  assert.equal(snapshot(first, at(100, typed)), first)
  assert.equal(snapshot(first, at(101, typed)), first)
  assert.equal(snapshot(first, at(102, typed)), first)
})

test("so do a bracket that the editor closed in the next line, and going a line or two up or down", () => {
  const first = snapshot(undefined, at(100))
  const closed = [...numbered.slice(0, 101), "", "}", ...numbered.slice(101)]
  assert.equal(snapshot(first, at(101, closed)), first)
  assert.equal(snapshot(first, at(98)), first)
  assert.equal(snapshot(first, at(102)), first)
})

test("a jump renews what follows the cursor; the code of other files stays", () => {
  const first = snapshot(undefined, at(100))
  const jumped = snapshot(first, at(40))
  assert.notEqual(jumped.suffix, first.suffix)
  assert.ok(jumped.suffix.startsWith(numbered[41] ?? ""))
  assert.equal(jumped.related, first.related)
})

test("the window begins at a multiple of 32 lines and moves only when it is full", () => {
  const starts: number[] = []
  let now: PromptSnapshot | undefined
  for (let line = 60; line < 140; line++) {
    now = snapshot(now, at(line))
    starts.push(now.windowStart)
    const { window } = promptParts(now, at(line))
    assert.ok(window.length <= limits.window, `${window.length} characters at line ${line}`)
    assert.ok(window.endsWith(numbered[line] ?? ""))
  }
  assert.deepEqual(
    [...new Set(starts)].filter(start => start % 32 !== 0),
    [],
  )
  assert.ok(new Set(starts).size <= 4, `it moved to ${[...new Set(starts)].join(", ")}`)
})

test("an import that comes in above the window doesn't move it", () => {
  const first = snapshot(undefined, at(100))
  const imported = ['import { a } from "./a.ts"', ...numbered]
  assert.equal(snapshot(first, at(101, imported)), first)
  assert.equal(promptParts(first, at(101, imported)).window, promptParts(first, at(100)).window)
})

test("rest renews what has changed and nothing else", () => {
  const first = snapshot(undefined, at(100))
  assert.equal(snapshot(first, at(100), "idle"), first)
  const later = promptSnapshot(
    first,
    at(100),
    { ...sources, edits: () => [edit, { ...edit, path: "src/b.ts", at: 2 }] },
    limits,
    "idle",
  )
  assert.deepEqual(later.related, first.related)
  assert.equal(later.suffix, first.suffix)
  assert.equal(later.edits.length, 2)
})

test("another file is another snapshot", () => {
  const first = snapshot(undefined, at(100))
  assert.notEqual(snapshot(first, { ...at(100), path: "src/c.ts" }).related, first.related)
})

test("edits that the window shows anyway are not told again", () => {
  const own = { ...edit, path: "src/a.ts", line: 90 }
  const far = { ...edit, path: "src/a.ts", line: 5 }
  const made = promptSnapshot(undefined, at(100), { ...sources, edits: () => [far, own] }, limits, "typing")
  assert.deepEqual(made.edits, [far])
})

test("one line longer than everything is taken from its beginning", () => {
  const long = requestAt(`${"x".repeat(1900)}█`)
  const made = snapshot(undefined, long)
  assert.equal(promptParts(made, long).window.length, 1900)
  const typed = requestAt(`${"x".repeat(1950)}█`)
  assert.equal(snapshot(made, typed), made)
})
