import assert from "node:assert/strict"
import { test } from "node:test"
import { o200kVocabulary } from "../../src/harmony/o200kVocabulary.ts"
import { createPieceDecoder } from "../../src/harmony/vocabulary.ts"
import { controlTokens } from "../../src/protocol/segment.ts"

const vocabulary = await o200kVocabulary()

test("a token may hold a part of a character", () => {
  assert.deepEqual(vocabulary.meaningOf(9552), { bytes: Uint8Array.of(0x20, 0xf0, 0x9f) })
  assert.deepEqual(vocabulary.meaningOf(24912), { bytes: new TextEncoder().encode("hello") })
})

test("control tokens, reserved ones and ids that don't exist", () => {
  for (const control of controlTokens)
    assert.deepEqual(vocabulary.meaningOf(vocabulary.idOf(control)), { control })
  assert.deepEqual(vocabulary.meaningOf(199_998), { reserved: "<|startoftext|>" })
  assert.deepEqual(vocabulary.meaningOf(200_018), { reserved: "<|reserved_200018|>" })
  assert.deepEqual(vocabulary.meaningOf(201_088), { reserved: "<|reserved_201088|>" })
  assert.deepEqual(vocabulary.meaningOf(201_089), { bytes: new TextEncoder().encode("\uFFFD") })
  assert.deepEqual(vocabulary.meaningOf(-1), { bytes: new TextEncoder().encode("\uFFFD") })
})

test("characters arrive whole, and what never becomes one is replaced", () => {
  assert.deepEqual(decodeOneByOne([31446, 244]), [[], [{ text: "💖" }]])
  assert.deepEqual(decodeOneByOne([9552, 200007]), [
    [{ text: " " }],
    [{ text: "\uFFFD" }, { control: "end" }],
  ])
  assert.deepEqual(decodeOneByOne([9552]), [[{ text: " " }], [{ text: "\uFFFD" }]])
})

test("one endless word is encoded in pieces, and comes back as it was", () => {
  for (const text of ["=".repeat(50_000), "💖".repeat(5_000), `${" ".repeat(9_000)}x`, "\uFEFFa"]) {
    const decoder = createPieceDecoder(vocabulary)
    const pieces = [...vocabulary.encode(text).flatMap(id => decoder.push(id)), ...decoder.flush()]
    assert.equal(pieces.map(piece => ("text" in piece ? piece.text : "?")).join(""), text)
  }
})

/** The pieces after each id, then those that were left. */
function decodeOneByOne(ids: readonly number[]) {
  const decoder = createPieceDecoder(vocabulary)
  const left = ids.map(id => decoder.push(id))
  const rest = decoder.flush()
  return rest.length === 0 ? left : [...left, rest]
}
