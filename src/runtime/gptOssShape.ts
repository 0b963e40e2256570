// Whether a GGUF header's numbers and tensors make a gpt-oss model. llama.cpp checks much of it too, but ends the
// process over some of what it finds. Knows nothing of files.
import type { GgufEntries } from "./ggufEntries.ts"
import type { GgufTensors } from "./ggufTensors.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GptOssShape = {
  readonly layers: number
  /** Bytes of keys and values per token of a context, in half precision, all layers kept whole. */
  readonly keyValueBytes: number
}

/** Greatest values that a header may give; gpt-oss-120b has 36 layers, 2,880 wide, 128 experts, 64 heads. */
const limits = {
  block_count: 1000,
  embedding_length: 100_000,
  feed_forward_length: 1_000_000,
  expert_feed_forward_length: 1_000_000,
  expert_count: 10_000,
  expert_used_count: 10_000,
  "attention.head_count": 10_000,
  "attention.head_count_kv": 10_000,
  "attention.key_length": 10_000,
  "attention.value_length": 10_000,
  "attention.sliding_window": 10_000_000,
  context_length: 100_000_000,
} as const

/** Least and greatest of what needn't be whole; gpt-oss has 0.00001, 150,000 and 32. */
const ranges = {
  "attention.layer_norm_rms_epsilon": [0, 0.1],
  "rope.freq_base": [1, 1e12],
  "rope.scaling.factor": [0.001, 1e6],
} as const

const ropeScalings: ReadonlySet<string> = new Set(["none", "linear", "yarn", "longrope"])

/** Throws modelBroken. */
export function requireGptOssShape(entries: GgufEntries, shapes: GgufTensors["shapes"]): GptOssShape {
  const scaling = entries.ropeScaling ?? "none"
  if (!ropeScalings.has(scaling)) throw broken(`rope.scaling.type is ${scaling}`)
  for (const [key, [least, greatest]] of Object.entries(ranges)) {
    const value = entries.number(key) ?? least
    if (!(value >= least && value <= greatest)) throw broken(`${key} is ${value}`)
  }
  const number = (key: keyof typeof limits, fallback?: number) => {
    const value = entries.number(key) ?? fallback
    if (value === undefined) throw broken(`the header doesn't say its ${key}`)
    if (value < 1 || value > limits[key] || !Number.isInteger(value)) throw broken(`${key} is ${value}`)
    return value
  }
  const layers = number("block_count")
  const width = number("embedding_length")
  const heads = number("attention.head_count")
  const sharedHeads = number("attention.head_count_kv", heads)
  const keys = number("attention.key_length", width / heads)
  const values = number("attention.value_length", width / heads)
  const experts = number("expert_count")
  const inner = number("expert_feed_forward_length", number("feed_forward_length"))
  number("attention.sliding_window", 1)
  number("context_length", 1)
  if (heads % sharedHeads !== 0) throw broken("the heads can't be divided among keys and values")
  if (number("expert_used_count") > experts) throw broken("more experts are used than there are")

  const requireTensor = (name: string, ...expected: readonly number[]) => {
    const shape = shapes.get(`${name}.weight`)
    if (shape === undefined) throw broken(`${name} isn't there`)
    if (shape.join() !== expected.join())
      throw broken(`${name} is ${shape.join(" × ")}, not ${expected.join(" × ")}`)
  }
  requireTensor("token_embd", width, entries.vocabularySize)
  for (let layer = 0; layer < layers; layer++) {
    const of = (name: string, ...expected: readonly number[]) =>
      requireTensor(`blk.${layer}.${name}`, ...expected)
    of("attn_q", width, heads * keys)
    of("attn_k", width, sharedHeads * keys)
    of("attn_v", width, sharedHeads * values)
    of("attn_output", heads * values, width)
    of("ffn_gate_inp", width, experts)
    of("ffn_gate_exps", width, inner, experts)
    of("ffn_up_exps", width, inner, experts)
    of("ffn_down_exps", inner, width, experts)
  }
  return { layers, keyValueBytes: layers * sharedHeads * (keys + values) * 2 }
}

function broken(detail: string): RuntimeFailure {
  return new RuntimeFailure("modelBroken", detail)
}
