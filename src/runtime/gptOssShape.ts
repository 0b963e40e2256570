// Whether a GGUF header's numbers and tensors make a gpt-oss model. llama.cpp checks much of it too, but ends the
// process over some of what it finds. Knows nothing of files.
import type { GgufEntries } from "./ggufEntries.ts"
import type { GgufTensor } from "./ggufTensors.ts"
import { requireGptOssTensors } from "./gptOssTensors.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GptOssShape = {
  readonly layers: number
  /** Bytes of keys and values per token of a context, in half precision, all layers kept whole. */
  readonly keyValueBytes: number
}

/**
 * Greatest values that a header may give; gpt-oss-120b has 36 layers, 2,880 wide, 128 experts of which 4 are used, 64
 * heads. 512 and 1,024 are llama.cpp's (src/llama-hparams.h), which ends the process above them, and also when the
 * experts used fill its table of computing steps (with 200 of them in 3 layers).
 */
const limits = {
  block_count: 512,
  embedding_length: 100_000,
  feed_forward_length: 1_000_000,
  expert_feed_forward_length: 1_000_000,
  expert_count: 1024,
  expert_used_count: 32,
  "attention.head_count": 10_000,
  "attention.head_count_kv": 10_000,
  "attention.key_length": 10_000,
  "attention.value_length": 10_000,
  "attention.key_length_swa": 10_000,
  "attention.value_length_swa": 10_000,
  "rope.dimension_count": 10_000,
  "rope.dimension_count_swa": 10_000,
  "attention.sliding_window": 10_000_000,
  "attention.sliding_window_pattern": 2,
  context_length: 100_000_000,
} as const

/** Least and greatest of what needn't be whole; gpt-oss has 0.00001, 150,000 and 32. */
const ranges = {
  "attention.layer_norm_rms_epsilon": [0, 0.1],
  "rope.freq_base": [1, 1e12],
  "rope.scaling.factor": [0.001, 1e6],
} as const

const ropeScalings: ReadonlySet<string> = new Set(["none", "linear", "yarn", "longrope"])

/** The same as `attention.key_length` in this architecture, where a file gives them. */
const headSizes = [
  "attention.key_length_swa",
  "attention.value_length_swa",
  "rope.dimension_count",
  "rope.dimension_count_swa",
] as const

/** What other architectures' files say; with it llama.cpp would build, or fail to build, something else. */
const foreign = [
  "attention.causal",
  "embedding_length_out",
  "expert_group_count",
  "nextn_predict_layers",
  "pooling_type",
] as const

/** Throws modelBroken. */
export function requireGptOssShape(
  entries: GgufEntries,
  tensors: ReadonlyMap<string, GgufTensor>,
): GptOssShape {
  if (entries.tokenizer !== "gpt2") throw broken(`a vocabulary of kind ${entries.tokenizer ?? "unknown"}`)
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
  // Positions are turned (RoPE) into pairs of values.
  if (keys % 2 !== 0) throw broken(`attention.key_length is ${keys}`)
  if (number("attention.value_length", width / heads) !== keys)
    throw broken("keys and values differ in length")
  for (const key of headSizes) if (number(key, keys) !== keys) throw broken(`${key} isn't ${keys}`)
  for (const key of foreign) if (entries.has(key)) throw broken(`it has ${key}`)
  const experts = number("expert_count")
  const inner = number("expert_feed_forward_length")
  number("feed_forward_length", 1)
  number("attention.sliding_window")
  // Every other layer. With 1 no layer has a window, and llama.cpp ends the process over the missing cache.
  if (number("attention.sliding_window_pattern", 2) !== 2)
    throw broken("another attention.sliding_window_pattern")
  number("context_length", 1)
  if (heads % sharedHeads !== 0) throw broken("the heads can't be divided among keys and values")
  if (number("expert_used_count") > experts) throw broken("more experts are used than there are")

  requireGptOssTensors(tensors, {
    ...{ layers, width, experts, inner, heads, vocabulary: entries.vocabularySize },
    ...{ queries: heads * keys, keys: sharedHeads * keys },
  })
  return { layers, keyValueBytes: layers * sharedHeads * keys * 4 }
}

function broken(detail: string): RuntimeFailure {
  return new RuntimeFailure("modelBroken", detail)
}
