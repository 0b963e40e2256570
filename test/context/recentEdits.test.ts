// What the user changed lately, as short hunks.
import assert from "node:assert/strict"
import { test } from "node:test"
import { changedLines } from "../../src/context/changedLines.ts"
import { editsFor, type RecentEdit, withEdit } from "../../src/context/recentEdits.ts"

test("a hunk is the lines that changed and one on either side", () => {
  assert.deepEqual(changedLines("a\nb\nc\nd", "a\nb\nX\nY\nd"), {
    line: 2,
    lines: [" b", "-c", "+X", "+Y", " d"],
  })
  assert.deepEqual(changedLines("a\nb", "a\nb\nc"), { line: 2, lines: [" b", "+c"] })
  assert.deepEqual(changedLines("a\nb\nc", "a\nc"), { line: 1, lines: [" a", "-b", " c"] })
})

test("nothing is told of blanks alone, and nothing of a rewrite", () => {
  assert.equal(changedLines("a\nb", "a\nb"), undefined)
  assert.equal(changedLines("a\n  b", "a\nb"), undefined)
  const long = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  assert.equal(changedLines("", long.join("\n")), undefined)
})

const edit = (path: string, line: number, at: number): RecentEdit => ({
  path,
  line,
  lines: ["-old", "+new"],
  at,
})

test("an edit of the same place replaces the one before; old ones and more than eight are forgotten", () => {
  const first = withEdit([], edit("a.ts", 10, 0))
  assert.deepEqual(withEdit(first, edit("a.ts", 11, 1)), [edit("a.ts", 11, 1)])
  assert.equal(withEdit(first, edit("a.ts", 30, 1)).length, 2)
  assert.deepEqual(withEdit(first, edit("b.ts", 1, 700_000)), [edit("b.ts", 1, 700_000)])
  let many: readonly RecentEdit[] = []
  for (let index = 0; index < 20; index++) many = withEdit(many, edit(`${index}.ts`, 1, index))
  assert.deepEqual(
    many.map(({ path }) => path),
    ["12.ts", "13.ts", "14.ts", "15.ts", "16.ts", "17.ts", "18.ts", "19.ts"],
  )
})

test("shown are the newest that fit, not those in sight, never those of a secret file", () => {
  const all = [edit("a.ts", 5, 0), edit("a.ts", 50, 1), edit(".env", 1, 2), edit("b.ts", 1, 3)]
  const shown = { path: "a.ts", firstLine: 40, lastLine: 60 }
  assert.deepEqual(editsFor(all, shown, 1000), [edit("a.ts", 5, 0), edit("b.ts", 1, 3)])
  assert.deepEqual(editsFor(all, shown, 20), [edit("b.ts", 1, 3)])
  assert.deepEqual(editsFor(all, shown, 5), [])
})
