// Every golden stream cut at every byte, and byte by byte: it is always read the same.
import { test } from "node:test"
import { goldenStreams } from "./goldenStreams.ts"
import { assertSame, read } from "./propertyLaws.ts"
import { piecesOf, whole } from "./propertyStreams.ts"

for (const { name, stream, names } of await goldenStreams())
  test(`${name}, cut everywhere`, () => {
    const expected = read(piecesOf(stream.tokens, whole), stream, names)
    const longest = Math.max(0, ...runLengths(stream.tokens))
    for (let at = 1; at < longest; at++) {
      const pieces = piecesOf(stream.tokens, bytes => [bytes.subarray(0, at), bytes.subarray(at)])
      assertSame(read(pieces, stream, names), expected, `cut at byte ${at}`)
    }
    const single = piecesOf(stream.tokens, bytes => Array.from(bytes, byte => Uint8Array.of(byte)))
    assertSame(read(single, stream, names), expected, "byte by byte")
  })

/** Bytes between two control tokens. */
function runLengths(tokens: readonly ({ readonly bytes: Uint8Array } | object)[]): readonly number[] {
  const lengths = [0]
  for (const token of tokens)
    if ("bytes" in token) lengths.push((lengths.pop() ?? 0) + token.bytes.length)
    else lengths.push(0)
  return lengths
}
