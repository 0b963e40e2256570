// When an answer's next tokens are guessed: always while that goes well, ever more seldom while it doesn't.
import assert from "node:assert/strict"
import { test } from "node:test"
import { drafter } from "../../src/runtime/drafter.ts"

/** Writes one token after the other; at which of them there was a draft, each with this fate. */
function draftedAt(tokens: number, accepted: number): readonly number[] {
  const drafts = drafter([1, 1, 1, 1, 1, 1, 1, 1], 4)
  const found: number[] = []
  for (let at = 0; at < tokens; at++) {
    const draft = drafts.draft(100)
    drafts.wrote(1)
    if (draft.length === 0) continue
    found.push(at)
    drafts.tried(draft.length, accepted)
  }
  return found
}

test("right ones are followed by the next at once", () => {
  assert.deepEqual(draftedAt(5, 4), [0, 1, 2, 3, 4])
  assert.deepEqual(draftedAt(5, 1), [0, 1, 2, 3, 4])
})

test("after wrong ones a longer and longer pause, of 31 tokens at most", () => {
  assert.deepEqual(draftedAt(130, 0), [0, 2, 6, 14, 30, 62, 94, 126])
})

test("while all are right, more at once; after a wrong one few again", () => {
  const drafts = drafter(
    Array.from({ length: 100 }, () => 1),
    15,
  )
  const lengthAfter = (wrong: number) => {
    const before = drafts.draft(100).length
    drafts.tried(before, before - wrong)
    return drafts.draft(100).length
  }
  assert.deepEqual([0, 0, 0, 1, 0, 2].map(lengthAfter), [7, 15, 15, 3, 7, 3])
})

test("never more tokens than are asked for, or than are worth a try; all are counted", () => {
  const drafts = drafter([1, 2, 3, 4, 5, 6, 7, 1, 2, 3], 7)
  assert.deepEqual(drafts.draft(100), [4, 5, 6])
  assert.deepEqual(drafts.draft(2), [4, 5])
  assert.deepEqual(drafts.draft(0), [])
  assert.deepEqual(drafter([1, 2, 3, 4, 1, 2, 3], 1).draft(100), [4])
  drafts.tried(4, 1)
  drafts.tried(4, 3)
  assert.deepEqual(drafts.counts(), { draftedTokens: 8, acceptedTokens: 4 })
})
