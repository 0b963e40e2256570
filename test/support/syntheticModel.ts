// Writes a GGUF file with the shapes and types of gpt-oss-20b (MXFP4 experts, Q8_0 attention and embeddings) but
// few layers and random weights: what it costs is true, what it says is noise. For measurements only.
import { closeSync, openSync, writeSync } from "node:fs"

export type SyntheticShape = {
  readonly layers: number
  readonly vocabulary: number
}

const architecture = "gpt-oss"
const [width, heads, keyValueHeads, headSize, experts] = [2880, 64, 8, 64, 32]
const specials = [
  "startoftext",
  "endoftext",
  "return",
  "constrain",
  "channel",
  "start",
  "end",
  "message",
  "call",
]

type Tensor = { readonly name: string; readonly shape: readonly number[]; readonly type: TensorType }
type TensorType = { readonly id: number; readonly values: number; readonly block: (random: Random) => Buffer }
type Random = () => number

/** One value of a vector. */
const f32: TensorType = { id: 0, values: 1, block: random => floats([random() - 0.5]) }
const ones: TensorType = { id: 0, values: 1, block: () => floats([1]) }
/** 32 values: a half-precision scale (2^-12), then a byte each. */
const q8: TensorType = {
  id: 8,
  values: 32,
  block: random => Buffer.from([0, 0x0c, ...Array.from({ length: 32 }, () => (random() * 256) | 0)]),
}
/** 32 values: an exponent (2^-7), then half a byte each. */
const mxfp4: TensorType = {
  id: 39,
  values: 32,
  block: random => Buffer.from([120, ...Array.from({ length: 16 }, () => (random() * 256) | 0)]),
}

export function writeSyntheticModel(path: string, shape: SyntheticShape): void {
  const random = seeded(20)
  const tensors = tensorsOf(shape)
  const file = openSync(path, "w")
  try {
    let at = writeAll(file, header(shape, tensors))
    at += writeAll(file, padding(at))
    for (const tensor of tensors) {
      const bytes = writeTensor(file, tensor, random)
      at += bytes + writeAll(file, padding(bytes))
    }
  } finally {
    closeSync(file)
  }
}

function tensorsOf({ layers, vocabulary }: SyntheticShape): readonly Tensor[] {
  const tensor = (name: string, shape: readonly number[], type: TensorType): Tensor => ({ name, shape, type })
  const [queries, keys] = [heads * headSize, keyValueHeads * headSize]
  const layer = (index: number): Tensor[] => {
    const of = (name: string, shape: readonly number[], type: TensorType) =>
      tensor(`blk.${index}.${name}`, shape, type)
    const linear = (name: string, from: number, to: number) => [
      of(`${name}.weight`, [from, to], q8),
      of(`${name}.bias`, [to], f32),
    ]
    const perExpert = (name: string) => [
      of(`${name}.weight`, [width, width, experts], mxfp4),
      of(`${name}.bias`, [width, experts], f32),
    ]
    return [
      of("attn_norm.weight", [width], ones),
      ...linear("attn_q", width, queries),
      ...linear("attn_k", width, keys),
      ...linear("attn_v", width, keys),
      ...linear("attn_output", queries, width),
      of("attn_sinks.weight", [heads], f32),
      of("post_attention_norm.weight", [width], ones),
      of("ffn_gate_inp.weight", [width, experts], f32),
      of("ffn_gate_inp.bias", [experts], f32),
      ...perExpert("ffn_gate_exps"),
      ...perExpert("ffn_up_exps"),
      ...perExpert("ffn_down_exps"),
    ]
  }
  return [
    tensor("token_embd.weight", [width, vocabulary], q8),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    tensor("output_norm.weight", [width], ones),
    tensor("output.weight", [width, vocabulary], q8),
  ]
}

function header(shape: SyntheticShape, tensors: readonly Tensor[]): Buffer {
  const entries = entriesOf(shape)
  const start = Buffer.concat([Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(entries.length)])
  let offset = 0
  const infos = tensors.map(tensor => {
    const at = offset
    offset += byteSize(tensor) + padding(byteSize(tensor)).length
    return Buffer.concat([
      string(tensor.name),
      u32(tensor.shape.length),
      ...tensor.shape.map(u64),
      u32(tensor.type.id),
      u64(at),
    ])
  })
  return Buffer.concat([start, ...entries, ...infos])
}

function entriesOf({ layers, vocabulary }: SyntheticShape): readonly Buffer[] {
  const ordinary = vocabulary - specials.length
  const tokens = [
    ...byteAlphabet(),
    ...Array.from({ length: ordinary - 256 }, (_, index) => `t${index.toString(36)}`),
    ...specials.map(name => `<|${name}|>`),
  ]
  const idOf = (name: string) => ordinary + specials.indexOf(name)
  const number = (key: string, value: number) => entry(key, 4, u32(value))
  const float = (key: string, value: number) => entry(key, 6, floats([value]))
  const text = (key: string, value: string) => entry(key, 8, string(value))
  const list = (key: string, type: number, items: readonly Buffer[]) =>
    entry(key, 9, Buffer.concat([u32(type), u64(items.length), ...items]))
  return [
    text("general.architecture", architecture),
    text("general.name", `synthetic gpt-oss of ${layers} layers`),
    number(`${architecture}.block_count`, layers),
    number(`${architecture}.context_length`, 131_072),
    number(`${architecture}.embedding_length`, width),
    number(`${architecture}.feed_forward_length`, width),
    number(`${architecture}.expert_feed_forward_length`, width),
    number(`${architecture}.expert_count`, experts),
    number(`${architecture}.expert_used_count`, 4),
    number(`${architecture}.attention.head_count`, heads),
    number(`${architecture}.attention.head_count_kv`, keyValueHeads),
    number(`${architecture}.attention.key_length`, headSize),
    number(`${architecture}.attention.value_length`, headSize),
    number(`${architecture}.attention.sliding_window`, 128),
    float(`${architecture}.attention.layer_norm_rms_epsilon`, 1e-5),
    float(`${architecture}.rope.freq_base`, 150_000),
    text(`${architecture}.rope.scaling.type`, "yarn"),
    float(`${architecture}.rope.scaling.factor`, 32),
    number(`${architecture}.rope.scaling.original_context_length`, 4096),
    text("tokenizer.ggml.model", "gpt2"),
    text("tokenizer.ggml.pre", "gpt-4o"),
    list("tokenizer.ggml.tokens", 8, tokens.map(string)),
    list(
      "tokenizer.ggml.token_type",
      5,
      tokens.map((_, id) => u32(id < ordinary ? 1 : 3)),
    ),
    list("tokenizer.ggml.merges", 8, [string("t h")]),
    number("tokenizer.ggml.bos_token_id", idOf("startoftext")),
    number("tokenizer.ggml.eos_token_id", idOf("return")),
    number("tokenizer.ggml.eot_token_id", idOf("endoftext")),
    number("tokenizer.ggml.padding_token_id", idOf("endoftext")),
    entry("tokenizer.ggml.add_bos_token", 7, Buffer.from([0])),
  ]
}

/** GPT-2's printable stand-ins for the 256 bytes, in its order. */
function byteAlphabet(): readonly string[] {
  const printable = [...range(33, 126), ...range(161, 172), ...range(174, 255)]
  const others = range(0, 255).filter(byte => !printable.includes(byte))
  return [...printable, ...others.map((_, index) => 256 + index)].map(code => String.fromCodePoint(code))
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function byteSize({ shape, type }: Tensor): number {
  return (shape.reduce((product, size) => product * size, 1) / type.values) * type.block(() => 0).length
}

/** Repeats a few thousand random blocks: as good as all random for what is measured, and written at disk speed. */
function writeTensor(file: number, tensor: Tensor, random: Random): number {
  const size = byteSize(tensor)
  const blocks = Buffer.concat(Array.from({ length: 4096 }, () => tensor.type.block(random)))
  const some = Buffer.concat(Array.from({ length: 32 }, () => blocks)).subarray(0, size)
  let written = 0
  while (written < size) written += writeAll(file, some.subarray(0, size - written))
  return size
}

function writeAll(file: number, bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  return bytes.length
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

function floats(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, 4 * index)
  return bytes
}

function padding(length: number): Buffer {
  return Buffer.alloc((32 - (length % 32)) % 32)
}

/** mulberry32, so that two runs write the same file. */
function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
