// A text is tokenized once, however many turns a conversation has; the memory for that is bounded.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Segment } from "../../src/protocol/segment.ts"
import { segmentTokenizer } from "../../src/runtime/tokenizeSegments.ts"

/** A vocabulary of characters that writes down what it is asked to encode. */
function characterVocabulary() {
  const encoded: string[] = []
  const controlIds = {
    start: 1,
    end: 2,
    message: 3,
    channel: 4,
    constrain: 5,
    call: 6,
    return: 7,
    endoftext: 8,
  }
  const encode = (text: string) => {
    encoded.push(text)
    return [...text].map(character => 100 + (character.codePointAt(0) ?? 0))
  }
  return { encoded, vocabulary: { controlIds, vocabularySize: 300, encode, isOrdinary: () => true } }
}

const turn = (text: string): readonly Segment[] => [
  { control: "start" },
  { text: "user" },
  { control: "message" },
  { text },
]

test("a second turn encodes what is new, whatever was tokenized between", () => {
  const { encoded, vocabulary } = characterVocabulary()
  const tokenize = segmentTokenizer(vocabulary)
  const first = tokenize(turn("one"))
  tokenize([])
  tokenize([{ text: "begun" }])
  encoded.length = 0
  assert.deepEqual(tokenize([...turn("one"), ...turn("two")]), [...first, ...tokenize(turn("two"))])
  assert.deepEqual(encoded, ["two"])
})

test("what was used longest ago is forgotten first", () => {
  const { encoded, vocabulary } = characterVocabulary()
  const tokenize = segmentTokenizer(vocabulary)
  const long = "x".repeat(200_000)
  for (const text of ["old", `a${long}`, "old", `b${long}`, `c${long}`]) tokenize([{ text }])
  encoded.length = 0
  for (const text of ["old", `c${long}`, `a${long}`]) tokenize([{ text }])
  assert.deepEqual(
    encoded.map(text => text[0]),
    ["a"],
  )
})
