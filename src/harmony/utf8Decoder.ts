// Bytes of tokens into whole characters while they arrive: nothing is given out before a character is complete,
// and what can't become one is U+FFFD.

const REPLACEMENT = "\uFFFD"
/** Without state: nothing is ever decoded as a part of a stream. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

export interface Utf8Decoder {
  /**
   * The characters that these bytes complete. At most one invalid sequence is replaced a call and what follows
   * it waits for the next, as openai/harmony v0.0.8 does: its stream vectors state the text after each token.
   */
  push(bytes: Uint8Array): string
  /** What is left, invalid bytes as U+FFFD; afterwards the decoder is as new. */
  flush(): string
}

export function createUtf8Decoder(): Utf8Decoder {
  let pending = new Uint8Array(0)
  return {
    push(bytes) {
      const all = new Uint8Array(pending.length + bytes.length)
      all.set(pending)
      all.set(bytes, pending.length)
      const { valid, invalid } = scan(all)
      pending = all.slice(valid + invalid)
      return decode(all.subarray(0, valid)) + (invalid === 0 ? "" : REPLACEMENT)
    },
    flush() {
      const text = decode(pending)
      pending = new Uint8Array(0)
      return text
    },
  }
}

function decode(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}

/** How many bytes are whole characters, and how many after them can't begin one (0: the rest may still). */
function scan(bytes: Uint8Array): { readonly valid: number; readonly invalid: number } {
  let at = 0
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0
    const length = lengthOf(lead)
    if (length === 0) return { valid: at, invalid: 1 }
    for (let offset = 1; offset < length; offset++) {
      const byte = bytes[at + offset]
      if (byte === undefined) return { valid: at, invalid: 0 }
      if (!continues(lead, offset, byte)) return { valid: at, invalid: offset }
    }
    at += length
  }
  return { valid: at, invalid: 0 }
}

function lengthOf(lead: number): number {
  if (lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4) return 0
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
}

/** The second byte rules out overlong forms, surrogates and code points above U+10FFFF. */
function continues(lead: number, offset: number, byte: number): boolean {
  const low = offset === 1 && lead === 0xe0 ? 0xa0 : offset === 1 && lead === 0xf0 ? 0x90 : 0x80
  const high = offset === 1 && lead === 0xed ? 0x9f : offset === 1 && lead === 0xf4 ? 0x8f : 0xbf
  return byte >= low && byte <= high
}
