import assert from "node:assert/strict"
import { test } from "node:test"
import { createUtf8Decoder } from "../../src/harmony/utf8Decoder.ts"

test("every split of a text gives the same text", () => {
  const text = "a é 日 💖 \uFEFF\uFFFD z"
  const bytes = new TextEncoder().encode(text)
  for (let size = 1; size <= bytes.length; size++) {
    const decoder = createUtf8Decoder()
    const texts: string[] = []
    for (let at = 0; at < bytes.length; at += size) texts.push(decoder.push(bytes.subarray(at, at + size)))
    assert.equal(texts.join("") + decoder.flush(), text)
  }
})

test("invalid bytes become what a TextDecoder makes of them", () => {
  for (const bytes of [
    [0xff],
    [0xc0, 0x80],
    [0xe0, 0x80, 0x41],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf0, 0x9f, 0x41],
    [0xf0, 0x9f, 0xf0, 0x9f, 0x92, 0x96],
    [0x80, 0x80, 0x41],
    [0xe2, 0x82],
  ]) {
    const decoder = createUtf8Decoder()
    const texts = bytes.map(byte => decoder.push(Uint8Array.of(byte)))
    assert.equal(texts.join("") + decoder.flush(), new TextDecoder().decode(Uint8Array.from(bytes)))
  }
})

test("a push replaces one invalid sequence, the rest waits", () => {
  const decoder = createUtf8Decoder()
  assert.equal(decoder.push(Uint8Array.of(0xff, 0x41)), "\uFFFD")
  assert.equal(decoder.push(Uint8Array.of(0x42)), "AB")
  assert.equal(decoder.flush(), "")
})
