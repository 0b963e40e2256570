// R26: what our reader lets through, llama.cpp must load or refuse; over a wrong type it would end the process. The
// demo model's tensors and entries are changed one at a time, and what is accepted is loaded and asked in a real child.
import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import { readGgufHeader } from "../../src/runtime/ggufHeader.ts"
import { RuntimeFailure } from "../../src/runtime/runtimeFailure.ts"
import {
  entryOf,
  type GgufContent,
  type GgufEntry,
  type GgufTensor,
  readGguf,
  writeGguf,
} from "../support/ggufContent.ts"
import {
  ask,
  demoModelPath,
  generateRequest,
  loadRequest,
  message,
  startRuntime,
} from "../support/runtimeTest.ts"

const folder = mkdtempSync(path.join(tmpdir(), "osprey-tensors-"))
const demo = readGguf(readFileSync(demoModelPath))
const runtime = startRuntime()
after(async () => {
  await runtime.stop()
  rmSync(folder, { recursive: true })
})

const file = path.join(folder, "changed.gguf")

/** Kind and detail of what our reader says of a model like this. */
function said(model: GgufContent): string {
  writeFileSync(file, writeGguf(model))
  try {
    readGgufHeader(file)
    return "accepted"
  } catch (error) {
    assert.ok(error instanceof RuntimeFailure, String(error))
    return `${error.kind}: ${error.message}`
  }
}

/** ggml's numbers, with the values and bytes of a block. */
const types = {
  F32: [0, 1, 4],
  F16: [1, 1, 2],
  Q4_0: [2, 32, 18],
  Q8_0: [8, 32, 34],
  IQ4_NL: [20, 32, 18],
  BF16: [30, 1, 2],
  MXFP4: [39, 32, 17],
} as const
type TypeName = keyof typeof types
const typeNames = Object.keys(types).filter((name): name is TypeName => name in types)

/** A tensor in another type, with as many bytes as it then has; undefined where its rows don't fit. */
function inType(tensor: GgufTensor, typeName: TypeName): GgufTensor | undefined {
  const [type, values, bytes] = types[typeName]
  if ((tensor.shape[0] ?? 0) % values !== 0) return undefined
  const size = (tensor.shape.reduce((product, length) => product * length, 1) / values) * bytes
  return { ...tensor, type, data: Buffer.alloc(size, Buffer.from([0, 1, 2, 3, 17])) }
}

function retyped(choose: (tensor: GgufTensor) => TypeName | undefined): GgufContent | undefined {
  const tensors = demo.tensors.map(tensor => {
    const type = choose(tensor)
    return type === undefined ? tensor : inType(tensor, type)
  })
  return tensors.includes(undefined)
    ? undefined
    : { ...demo, tensors: tensors.filter(each => each !== undefined) }
}

function without(name: string): GgufContent {
  return { ...demo, tensors: demo.tensors.filter(tensor => tensor.name !== name) }
}

const inF32 = demo.tensors.filter(({ name }) => /^blk\.0\..*(norm|sinks|bias)|^output_norm/.test(name))
const matrices = demo.tensors.filter(({ name }) => name.endsWith(".weight") && !/norm|sinks/.test(name))

test("norms, biases and sinks must be in F32", () => {
  assert.equal(inF32.length, 12)
  for (const { name } of inF32)
    for (const type of typeNames) {
      const model = retyped(tensor => (tensor.name === name ? type : undefined))
      if (model === undefined) continue
      const expected = `modelBroken: ${name} has type ${types[type][0]}, not F32`
      assert.equal(said(model), type === "F32" ? "accepted" : expected)
    }
})

test("every tensor must be there, but for the biases of queries, keys and values", () => {
  for (const { name } of demo.tensors)
    assert.equal(
      said(without(name)),
      /attn_[qkv]\.bias$/.test(name) ? "accepted" : `modelBroken: ${name} isn't there`,
    )
})

test("a tensor that gpt-oss doesn't have is refused, and one of another shape", () => {
  const [one] = demo.tensors
  assert.ok(one)
  const more = { ...demo, tensors: [...demo.tensors, { ...one, name: "blk.0.attn_q.scale" }] }
  assert.equal(said(more), "modelBroken: 1 tensors that gpt-oss doesn't have")
  for (const { name, shape } of [...inF32, ...matrices.slice(0, 5)]) {
    const swapped = demo.tensors.map(tensor =>
      tensor.name === name ? { ...tensor, shape: shape.toReversed().with(0, (shape[0] ?? 0) * 2) } : tensor,
    )
    assert.match(said({ ...demo, tensors: swapped }), /^modelBroken/)
  }
})

test("a last dimension of 1 may be written or not", () => {
  const name = "blk.0.attn_sinks.weight"
  const tensors = demo.tensors.map(tensor => (tensor.name === name ? { ...tensor, shape: [6, 1] } : tensor))
  assert.equal(said({ ...demo, tensors }), "accepted")
})

/** The demo model with one entry replaced, or one more. */
function withEntry(entry: GgufEntry): GgufContent {
  return { ...demo, entries: [...demo.entries.filter(({ key }) => key !== entry.key), entry] }
}

const { u32, f32, bool, text } = entryOf
const strange: readonly GgufEntry[] = [
  u32("gpt-oss.rope.scaling.original_context_length", 0),
  u32("gpt-oss.attention.sliding_window", 1),
  u32("gpt-oss.attention.sliding_window_pattern", 2),
  u32("gpt-oss.context_length", 1),
  u32("gpt-oss.rope.dimension_count", 64),
  u32("gpt-oss.vocab_size", 7),
  u32("gpt-oss.expert_gating_func", 99),
  f32("gpt-oss.rope.scaling.attn_factor", Number.NaN),
  f32("gpt-oss.attention.clamp_kqv", -1),
  f32("gpt-oss.expert_weights_scale", 0),
  f32("gpt-oss.rope.freq_base_swa", 0),
  bool("tokenizer.ggml.add_bos_token", true),
  bool("tokenizer.ggml.add_eos_token", true),
  bool("gpt-oss.use_parallel_residual", true),
  text("tokenizer.ggml.pre", "nobody-knows"),
  text("tokenizer.chat_template", "{% for x in y %}"),
  u32("general.file_type", 4_000_000_000),
  u32("gpt-oss.expert_used_count", 1),
]

test("what is accepted is loaded and answers, or is refused in peace: the child lives on", async () => {
  const models = [
    // Each matrix in each type once: the first model's have F32, F16, Q4_0 … in turn, the next one's F16, Q4_0 …
    ...typeNames.map((_, first) =>
      retyped(tensor =>
        matrices.includes(tensor)
          ? typeNames[(first + matrices.indexOf(tensor)) % typeNames.length]
          : undefined,
      ),
    ),
    ...demo.tensors
      .filter(({ name }) => /^blk\.0\..*_[qkv]\.bias$/.test(name))
      .map(({ name }) => without(name)),
    ...strange.map(withEntry),
  ].filter(model => model !== undefined)
  const counts = { refused: 0, notLoaded: 0, answered: 0 }
  let pid: number | undefined
  for (const model of models) {
    if (said(model) !== "accepted") {
      counts.refused++
      continue
    }
    const { last } = await ask(runtime, loadRequest({ modelPath: file, contextSize: 512 }))
    pid ??= runtime.pid
    assert.equal(runtime.pid, pid)
    if (last?.type !== "loaded") counts.notLoaded++
    else {
      await ask(runtime, generateRequest(message("user", "Hi"), { maxTokens: 2 }))
      counts.answered++
    }
  }
  assert.equal(runtime.pid, pid)
  assert.ok(counts.answered > 20, JSON.stringify(counts))
})
