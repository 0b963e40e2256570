// Bytes of a file to text: UTF-8, or UTF-16 where a byte-order mark says so; anything with a NUL in its first
// bytes is no text. Doesn't guess legacy encodings: their letters become U+FFFD, the code around them stays.

/** Decodes a file's bytes in order; `end` gives what an incomplete last character leaves. */
export type FileDecoder = { decode(bytes: Uint8Array): string; end(): string }

/** A decoder chosen by a file's first bytes (8,000 are enough, as git does it), or "binary". */
export function textDecoder(head: Uint8Array): FileDecoder | "binary" {
  const [first, second] = head
  if (first === 0xff && second === 0xfe) return decoderOf("utf-16le")
  if (first === 0xfe && second === 0xff) return decoderOf("utf-16be")
  return head.subarray(0, 8000).includes(0) ? "binary" : decoderOf("utf-8")
}

function decoderOf(encoding: "utf-8" | "utf-16le" | "utf-16be"): FileDecoder {
  const decoder = new TextDecoder(encoding)
  return { decode: bytes => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
}
