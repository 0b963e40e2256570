// A GGUF file of the gpt-oss architecture with next to nothing in it, right or wrong in one chosen part; and where the
// fields of a header are, for tests that overwrite one.
import { entryOf, type GgufEntry, type GgufTensor, string, writeGguf } from "./ggufContent.ts"

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
  readonly tokenizer: string
  /** Beside the usual ones. */
  readonly more: readonly GgufEntry[]
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
  tokenizer: "gpt2",
  more: [],
}
const width = 32
const vocabulary = ["start", "end", "message", "channel", "constrain", "return", "call", "endoftext"].map(
  name => `<|${name}|>`,
)

/** One layer's tensors, all F32 zeros. */
export function ggufFile(change: Partial<GgufParts>): Buffer {
  const parts = { ...usual, ...change }
  const { heads, experts } = usual
  const { u32: number, text } = entryOf
  const entries = [
    text("general.architecture", parts.architecture),
    text("general.name", parts.name),
    number("general.alignment", parts.alignment),
    number("gpt-oss.block_count", parts.layers),
    number("gpt-oss.context_length", 1024),
    number("gpt-oss.embedding_length", width),
    number("gpt-oss.expert_feed_forward_length", width),
    number("gpt-oss.expert_count", parts.experts),
    number("gpt-oss.expert_used_count", parts.expertsUsed),
    number("gpt-oss.attention.head_count", parts.heads),
    number("gpt-oss.attention.head_count_kv", parts.sharedHeads),
    number("gpt-oss.attention.sliding_window", 128),
    text("tokenizer.ggml.model", parts.tokenizer),
    entryOf.texts("tokenizer.ggml.tokens", vocabulary),
    number("tokenizer.ggml.bos_token_id", parts.startToken),
    ...parts.more,
  ]
  const keys = (width / heads) * usual.sharedHeads
  const tensors = [
    zeros("token_embd.weight", width, vocabulary.length),
    zeros("output_norm.weight", width),
    zeros("output.weight", width, vocabulary.length),
    zeros("blk.0.attn_norm.weight", width),
    zeros("blk.0.post_attention_norm.weight", width),
    zeros("blk.0.attn_sinks.weight", heads),
    zeros("blk.0.attn_q.weight", width, width),
    zeros("blk.0.attn_k.weight", width, keys),
    zeros("blk.0.attn_v.weight", width, keys),
    zeros("blk.0.attn_output.weight", width, width),
    zeros("blk.0.attn_output.bias", width),
    zeros("blk.0.ffn_gate_inp.weight", width, experts),
    zeros("blk.0.ffn_gate_inp.bias", experts),
    ...["gate", "up", "down"].flatMap(part => [
      zeros(`blk.0.ffn_${part}_exps.weight`, width, width, experts),
      zeros(`blk.0.ffn_${part}_exps.bias`, width, experts),
    ]),
  ]
  return writeGguf({ entries, tensors })
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

function zeros(name: string, ...shape: readonly number[]): GgufTensor {
  return { name, shape, type: 0, data: Buffer.alloc(4 * shape.reduce((product, size) => product * size, 1)) }
}

function afterString(gguf: Buffer, text: string): number {
  const at = gguf.indexOf(string(text))
  if (at < 0) throw new Error(`${text} isn't in the file`)
  return at + 8 + text.length
}
