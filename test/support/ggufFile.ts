// A GGUF file of the gpt-oss architecture with next to nothing in it, right or wrong in one chosen part; and where the
// fields of a header are, for tests that overwrite one.

/** As a file says them. */
export type GgufParts = {
  readonly architecture: string
  readonly name: string
  readonly alignment: number
  readonly layers: number
  readonly experts: number
  readonly expertsUsed: number
  readonly heads: number
  readonly sharedHeads: number
  readonly startToken: number
}

const usual: GgufParts = {
  architecture: "gpt-oss",
  name: "nothing",
  alignment: 32,
  layers: 1,
  experts: 4,
  expertsUsed: 2,
  heads: 4,
  sharedHeads: 2,
  startToken: 3,
}
const width = 32
const vocabulary = ["start", "end", "message", "channel", "constrain", "return", "call", "endoftext"].map(
  name => `<|${name}|>`,
)

/** One layer's tensors, all F32 zeros. */
export function ggufFile(change: Partial<GgufParts>): Buffer {
  const parts = { ...usual, ...change }
  const { heads, experts } = usual
  const number = (key: string, value: number) => entry(key, 4, u32(value))
  const text = (key: string, value: string) => entry(key, 8, string(value))
  const entries = [
    text("general.architecture", parts.architecture),
    text("general.name", parts.name),
    number("general.alignment", parts.alignment),
    number("gpt-oss.block_count", parts.layers),
    number("gpt-oss.context_length", 1024),
    number("gpt-oss.embedding_length", width),
    number("gpt-oss.feed_forward_length", width),
    number("gpt-oss.expert_count", parts.experts),
    number("gpt-oss.expert_used_count", parts.expertsUsed),
    number("gpt-oss.attention.head_count", parts.heads),
    number("gpt-oss.attention.head_count_kv", parts.sharedHeads),
    entry(
      "tokenizer.ggml.tokens",
      9,
      Buffer.concat([u32(8), u64(vocabulary.length), ...vocabulary.map(string)]),
    ),
    number("tokenizer.ggml.bos_token_id", parts.startToken),
  ]
  const keys = (width / heads) * usual.sharedHeads
  const tensors: readonly (readonly [name: string, ...shape: number[]])[] = [
    ["token_embd", width, vocabulary.length],
    ["blk.0.attn_q", width, width],
    ["blk.0.attn_k", width, keys],
    ["blk.0.attn_v", width, keys],
    ["blk.0.attn_output", width, width],
    ["blk.0.ffn_gate_inp", width, experts],
    ["blk.0.ffn_gate_exps", width, width, experts],
    ["blk.0.ffn_up_exps", width, width, experts],
    ["blk.0.ffn_down_exps", width, width, experts],
  ]
  let offset = 0
  const infos = tensors.map(([name, ...shape]) => {
    const at = offset
    offset += shape.reduce((product, size) => product * size, 4)
    return Buffer.concat([string(`${name}.weight`), u32(shape.length), ...shape.map(u64), u32(0), u64(at)])
  })
  const header = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries,
    ...infos,
  ])
  return Buffer.concat([header, Buffer.alloc(((32 - (header.length % 32)) % 32) + offset)])
}

/** Where an entry's type and value begin. */
export function entryAt(gguf: Buffer, key: string): { readonly type: number; readonly value: number } {
  const type = afterString(gguf, key)
  return { type, value: type + 4 }
}

/** Where a tensor's fields begin. */
export function tensorAt(gguf: Buffer, name: string) {
  const dimensions = afterString(gguf, name)
  const type = dimensions + 4 + 8 * gguf.readUInt32LE(dimensions)
  return { dimensions, type, offset: type + 4 }
}

function afterString(gguf: Buffer, text: string): number {
  const at = gguf.indexOf(string(text))
  if (at < 0) throw new Error(`${text} isn't in the file`)
  return at + 8 + text.length
}

function entry(key: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([string(key), u32(type), value])
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
