// Token ids → pieces: whole characters only, one piece per token.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { GeneratedPiece } from "../../src/protocol/runtimeProtocol.ts"
import type { LoadedModel } from "../../src/runtime/loadedModel.ts"
import { pieceDecoder } from "../../src/runtime/pieceDecoder.ts"

/** A vocabulary of single bytes; 256 is <|end|>. */
const bytes = {
  controlIds: {
    start: 300,
    end: 256,
    message: 301,
    channel: 302,
    constrain: 303,
    return: 304,
    call: 305,
    endoftext: 306,
  },
  decode: (tokens: readonly number[]) => Buffer.from(tokens).toString("utf8"),
} satisfies Pick<LoadedModel, "controlIds" | "decode">

function decode(tokens: readonly number[]): readonly (string | GeneratedPiece)[] {
  const decoder = pieceDecoder(bytes, new Map())
  const pieces = [...tokens.flatMap(token => decoder.push(token)), ...decoder.end()]
  assert.deepEqual(
    pieces.map(piece => piece.token),
    tokens,
  )
  return pieces.map(piece => ("text" in piece ? piece.text : piece))
}

const utf8 = (text: string) => [...Buffer.from(text)]

test("plain text goes through token by token", () => {
  assert.deepEqual(decode(utf8("ab")), ["a", "b"])
})

test("a character travels with the token that completes it", () => {
  assert.deepEqual(decode(utf8("é€😀")), ["", "é", "", "", "€", "", "", "", "😀"])
})

test("bytes that never become a character become U+FFFD, and what follows is whole", () => {
  assert.deepEqual(decode([0xe2, ...utf8("ok")]), ["", "\uFFFDo", "k"])
  assert.deepEqual(decode([0xf0]), ["\uFFFD"])
})

test("U+FFFD itself is text", () => {
  assert.equal(decode(utf8("\uFFFDz")).join(""), "\uFFFDz")
})

test("a control token ends what waits", () => {
  assert.deepEqual(decode([0xc3, 256, ...utf8("x")]), ["\uFFFD", { control: "end", token: 256 }, "x"])
})
