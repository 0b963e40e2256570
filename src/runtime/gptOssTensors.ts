// The tensors of the gpt-oss architecture: which must be there, of which shape, and which in single precision. Knows
// neither files nor where the numbers come from.
import { f32Tensor, type GgufTensor } from "./ggufTensors.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GptOssSizes = {
  readonly layers: number
  readonly width: number
  readonly vocabulary: number
  readonly heads: number
  /** Of all heads. */
  readonly queries: number
  readonly keys: number
  readonly experts: number
  /** Width of an expert. */
  readonly inner: number
}

type Shape = readonly number[]

/**
 * Throws modelBroken. The list is llama.cpp's (src/models/openai-moe.cpp); a tensor that isn't in it, llama.cpp refuses.
 *
 * Norms, biases and sinks must be F32: llama.cpp adds them to F32, asserts that type of the sinks and of the experts'
 * biases, and ends the process otherwise. No file has them otherwise: its converter keeps what has one dimension, norms
 * and what isn't a ".weight" in F32 (conversion/base.py), and its quantizer leaves those alone (src/llama-quant.cpp).
 * Matrices may be of any type; the router is F32 too in all files, but needn't be.
 */
export function requireGptOssTensors(tensors: ReadonlyMap<string, GgufTensor>, sizes: GptOssSizes): void {
  const { layers, width, vocabulary, heads, queries, keys, experts, inner } = sizes
  let known = 0
  const optional = (name: string, shape: Shape, f32: "F32" | "anyType") => {
    const tensor = tensors.get(name)
    if (tensor === undefined) return false
    if (written(tensor.shape) !== written(shape))
      throw broken(`${name} is ${written(tensor.shape)}, not ${written(shape)}`)
    if (f32 === "F32" && tensor.type !== f32Tensor) throw broken(`${name} has type ${tensor.type}, not F32`)
    known++
    return true
  }
  const required = (...[name, shape, type]: Parameters<typeof optional>) => {
    if (!optional(name, shape, type)) throw broken(`${name} isn't there`)
  }
  const matrix = (name: string, ...shape: Shape) => required(`${name}.weight`, shape, "anyType")
  const vector = (name: string, ...shape: Shape) => required(name, shape, "F32")

  matrix("token_embd", width, vocabulary)
  vector("output_norm.weight", width)
  matrix("output", width, vocabulary)
  for (let layer = 0; layer < layers; layer++) {
    const of = (name: string) => `blk.${layer}.${name}`
    vector(of("attn_norm.weight"), width)
    vector(of("post_attention_norm.weight"), width)
    vector(of("attn_sinks.weight"), heads)
    matrix(of("attn_q"), width, queries)
    matrix(of("attn_k"), width, keys)
    matrix(of("attn_v"), width, keys)
    optional(of("attn_q.bias"), [queries], "F32")
    optional(of("attn_k.bias"), [keys], "F32")
    optional(of("attn_v.bias"), [keys], "F32")
    matrix(of("attn_output"), queries, width)
    vector(of("attn_output.bias"), width)
    matrix(of("ffn_gate_inp"), width, experts)
    vector(of("ffn_gate_inp.bias"), experts)
    matrix(of("ffn_gate_exps"), width, inner, experts)
    vector(of("ffn_gate_exps.bias"), inner, experts)
    matrix(of("ffn_up_exps"), width, inner, experts)
    vector(of("ffn_up_exps.bias"), inner, experts)
    matrix(of("ffn_down_exps"), inner, width, experts)
    vector(of("ffn_down_exps.bias"), width, experts)
  }
  if (tensors.size > known) throw broken(`${tensors.size - known} tensors that gpt-oss doesn't have`)
}

/** ggml's own writer leaves out last dimensions of 1. */
function written(shape: Shape): string {
  const last = shape.findLastIndex(length => length !== 1)
  return shape.slice(0, Math.max(1, last + 1)).join(" × ")
}

function broken(detail: string): RuntimeFailure {
  return new RuntimeFailure("modelBroken", detail)
}
