// A GGUF file as far as its first entries go, for what looks at nothing else.

/** The first bytes of a GGUF file of that architecture, padded to a size. */
export function ggufBytes(architecture: string, bytes: number): Buffer {
  const text = (value: string) => {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(value.length))
    return Buffer.concat([length, Buffer.from(value)])
  }
  const head = Buffer.alloc(24)
  head.write("GGUF")
  head.writeUInt32LE(3, 4)
  const u32 = (value: number) => Buffer.from(new Uint32Array([value]).buffer)
  const entries = [
    text("general.alignment"),
    u32(4),
    u32(32),
    text("general.architecture"),
    u32(8),
    text(architecture),
  ]
  return Buffer.concat([head, ...entries, Buffer.alloc(bytes)])
}
