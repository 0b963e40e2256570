import assert from "node:assert/strict"
import { test } from "node:test"
import { lineWindow } from "../../src/workspace/lineWindow.ts"

const wide = { lines: 400, characters: 65_536 }

function take(text: string, start = 1, end?: number, limits = wide): string {
  // In parts of every size the result is the same.
  const results = [1, 2, 3, text.length || 1].map(size => {
    const window = lineWindow(start, end, limits)
    for (let at = 0; at < text.length; at += size) window.push(text.slice(at, at + size))
    const { text: taken, firstLine, lastLine, lineCount, truncated } = window.result()
    return `${JSON.stringify(taken)} ${firstLine}-${lastLine} of ${lineCount}${truncated ? " cut" : ""}`
  })
  return [...new Set(results)].join(" | ")
}

test("lines come exactly as they stand", () => {
  assert.equal(take("a\nb\n"), '"a\\nb\\n" 1-2 of 2')
  assert.equal(take("a\nb"), '"a\\nb" 1-2 of 2')
  assert.equal(take("a\r\nb\r\n", 2), '"b\\r\\n" 2-2 of 2')
  assert.equal(take("\n\n"), '"\\n\\n" 1-2 of 2')
  assert.equal(take(""), '"" 1-0 of 0')
})

test("a range counts from 1 and includes its end", () => {
  assert.equal(take("a\nb\nc\nd\n", 2, 3), '"b\\nc\\n" 2-3 of 4')
  assert.equal(take("a\nb\nc\n", 3, 9), '"c\\n" 3-3 of 3')
  assert.equal(take("a\nb\n", 5), '"" 5-4 of 2')
})

test("limits cut, and only what was asked for can be cut", () => {
  assert.equal(take("a\nb\nc\n", 1, undefined, { lines: 2, characters: 99 }), '"a\\nb\\n" 1-2 of 3 cut')
  assert.equal(take("a\nb\n", 1, undefined, { lines: 2, characters: 99 }), '"a\\nb\\n" 1-2 of 2')
  assert.equal(take("a\nb\nc\n", 1, 2, { lines: 2, characters: 99 }), '"a\\nb\\n" 1-2 of 3')
})

test("characters are cut between characters, never within one", () => {
  const window = lineWindow(1, undefined, { lines: 9, characters: 4 })
  window.push("abc😀def\n")
  assert.deepEqual([window.result().text, window.result().truncated, window.isFull()], ["abc", true, true])
})
