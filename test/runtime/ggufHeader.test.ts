// SR-10, R26: files that aren't what they claim to be. Each gets a reason; nothing throws anything else, and no size
// that a file claims is believed.
import assert from "node:assert/strict"
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import { readGgufHeader } from "../../src/runtime/ggufHeader.ts"
import { RuntimeFailure } from "../../src/runtime/runtimeFailure.ts"
import { entryOf, f32, u32, u64 } from "../support/ggufContent.ts"
import { entryAt, type GgufParts, ggufFile, tensorAt } from "../support/ggufFile.ts"
import { demoModelPath } from "../support/runtimeTest.ts"

const folder = mkdtempSync(path.join(tmpdir(), "osprey-gguf-"))
after(() => rmSync(folder, { recursive: true }))
const demo = readFileSync(demoModelPath)
let files = 0

function file(content: Buffer | string): string {
  const at = path.join(folder, `${files++}.gguf`)
  writeFileSync(at, content)
  return at
}

/** What the reader says of a file; nothing but a RuntimeFailure may come. */
function reasonOf(modelPath: string): string {
  try {
    readGgufHeader(modelPath)
    return "accepted"
  } catch (error) {
    assert.ok(error instanceof RuntimeFailure, String(error))
    assert.ok(error.message !== "", "no detail")
    return error.kind
  }
}

function built(change: Partial<GgufParts>): Buffer {
  return ggufFile(change)
}

/** The whole file with the bytes at one place replaced. */
function overwritten(at: number, bytes: Buffer): Buffer {
  const copy = Buffer.from(demo)
  bytes.copy(copy, at)
  return copy
}

/** Text of the header replaced by another of the same length. */
function renamed(from: string, to: string): Buffer {
  assert.equal(from.length, to.length)
  return overwritten(demo.indexOf(from), Buffer.from(to))
}

const width = entryAt(demo, "gpt-oss.embedding_length")
const epsilon = entryAt(demo, "gpt-oss.attention.layer_norm_rms_epsilon")
const queries = tensorAt(demo, "blk.0.attn_q.weight")
const tokens = entryAt(demo, "tokenizer.ggml.tokens")
const types = entryAt(demo, "tokenizer.ggml.token_type")

const cases: readonly [what: string, content: Buffer | string, kind: string][] = [
  ["the demo model itself", demo, "accepted"],
  ["a small file of our own", built({}), "accepted"],
  ["0 bytes", "", "modelBroken"],
  ["1 byte", "G", "modelBroken"],
  ["the magic alone", "GGUF", "modelBroken"],
  ["text", "This is a README.\n".repeat(100), "modelBroken"],
  ["a page of a web server", "<!doctype html><title>404</title>", "modelBroken"],
  ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "modelBroken"],
  ["zeros", Buffer.alloc(100_000), "modelBroken"],
  ["ones", Buffer.alloc(100_000, 255), "modelBroken"],
  ["wrong magic", overwritten(0, Buffer.from("FUGG")), "modelBroken"],
  ["a big-endian file", overwritten(4, Buffer.from([0, 0, 0, 3])), "modelBroken"],
  ["version 1", overwritten(4, u32(1)), "modelBroken"],
  ["version 4", overwritten(4, u32(4)), "modelBroken"],
  ["2^63 tensors", overwritten(8, u64(2n ** 63n)), "modelBroken"],
  ["a million tensors", overwritten(8, u64(1_000_000n)), "modelBroken"],
  ["one tensor too many", overwritten(8, u64(BigInt(demo.readUInt32LE(8)) + 1n)), "modelBroken"],
  ["2^64 - 1 entries", overwritten(16, u64(2n ** 64n - 1n)), "modelBroken"],
  ["a million entries", overwritten(16, u64(1_000_000n)), "modelBroken"],
  ["one entry too many", overwritten(16, u64(BigInt(demo.readUInt32LE(16)) + 1n)), "modelBroken"],
  ["one entry too few", overwritten(16, u64(BigInt(demo.readUInt32LE(16)) - 1n)), "modelBroken"],
  ["no entries, no tensors", demo.subarray(0, 8), "modelBroken"],
  ["a key of 2^60 bytes", overwritten(24, u64(2n ** 60n)), "modelBroken"],
  [
    "a key of 10 MB",
    Buffer.concat([demo.subarray(0, 24), u64(10_000_000n), Buffer.alloc(10_000_100)]),
    "modelBroken",
  ],
  ["an unknown value type", overwritten(width.type, u32(77)), "modelBroken"],
  ["a list in a list", overwritten(types.value, u32(9)), "modelBroken"],
  ["a list of 2^40 items", overwritten(types.value + 4, u64(2n ** 40n)), "modelBroken"],
  ["a list of 2^64 - 1 items", overwritten(types.value + 4, u64(2n ** 64n - 1n)), "modelBroken"],
  ["a vocabulary of numbers", overwritten(tokens.value, u32(5)), "modelBroken"],
  ["an empty vocabulary", overwritten(tokens.value + 4, u64(0n)), "modelBroken"],
  [
    "a token twice",
    overwritten(tokens.value + 20, demo.subarray(tokens.value + 30, tokens.value + 32)),
    "modelBroken",
  ],
  ["a token of 1 GB", overwritten(tokens.value + 12, u64(2n ** 30n)), "modelBroken"],
  ["an entry twice", renamed("tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id"), "modelBroken"],
  ["no architecture", renamed("general.architecture", "general.arkhitecture"), "modelUnsuitable"],
  ["another architecture", renamed("gpt-oss", "gpt-neo"), "modelUnsuitable"],
  ["Ollama's name of the architecture", built({ architecture: "gptoss" }), "modelUnsuitable"],
  ["no <|call|>", renamed("<|call|>", "<|cell|>"), "modelUnsuitable"],
  ["a width of 0", overwritten(width.value, u32(0)), "modelBroken"],
  ["a width of 2^32 - 1", overwritten(width.value, u32(2 ** 32 - 1)), "modelBroken"],
  ["another width", overwritten(width.value, u32(161)), "modelBroken"],
  ["no width", renamed("gpt-oss.embedding_length", "gpt-oss.embedding_lenght"), "modelBroken"],
  [
    "no value length",
    renamed("gpt-oss.attention.value_length", "gpt-oss.attention.value_lenght"),
    "modelBroken",
  ],
  ["a negative epsilon", overwritten(epsilon.value, f32(-1e-5)), "modelBroken"],
  ["an epsilon that is no number", overwritten(epsilon.value, f32(Number.NaN)), "modelBroken"],
  [
    "an unknown scaling of positions",
    renamed("\x04\0\0\0\0\0\0\0yarn", "\x04\0\0\0\0\0\0\0yawn"),
    "modelBroken",
  ],
  ["an alignment of 0", built({ alignment: 0 }), "modelBroken"],
  ["an alignment of 33", built({ alignment: 33 }), "modelBroken"],
  ["an alignment of 2^31", built({ alignment: 2 ** 31 }), "modelBroken"],
  ["a million layers", built({ layers: 1_000_000 }), "modelBroken"],
  ["more layers than tensors", built({ layers: 3 }), "modelBroken"],
  ["more experts used than there are", built({ expertsUsed: 9 }), "modelBroken"],
  [
    "a width for RoPE of its own",
    built({ more: [entryOf.u32("gpt-oss.rope.dimension_count", 6)] }),
    "modelBroken",
  ],
  ["RoPE over all of a head", built({ more: [entryOf.u32("gpt-oss.rope.dimension_count", 8)] }), "accepted"],
  ...["attention.causal", "expert_group_count", "nextn_predict_layers", "pooling_type"].map(
    (key): (typeof cases)[number] => [
      key,
      built({ more: [entryOf.u32(`gpt-oss.${key}`, 1)] }),
      "modelBroken",
    ],
  ),
  ["no window", built({ more: [entryOf.u32("gpt-oss.attention.sliding_window_pattern", 1)] }), "modelBroken"],
  ["every other", built({ more: [entryOf.u32("gpt-oss.attention.sliding_window_pattern", 2)] }), "accepted"],
  ["an entry's name with a NUL", built({ more: [entryOf.u32("gpt-oss.pooling_type\0", 1)] }), "modelBroken"],
  ["another kind of vocabulary", built({ tokenizer: "llama" }), "modelBroken"],
  ["heads that can't be divided", built({ sharedHeads: 3 }), "modelBroken"],
  ["a start token beyond the vocabulary", built({ startToken: 5000 }), "modelBroken"],
  ["a tensor of an unknown type", overwritten(queries.type, u32(99)), "modelBroken"],
  ["a tensor of no dimensions", overwritten(queries.dimensions, u32(0)), "modelBroken"],
  ["a tensor of 2^32 - 1 dimensions", overwritten(queries.dimensions, u32(2 ** 32 - 1)), "modelBroken"],
  ["a tensor of 2^62 columns", overwritten(queries.dimensions + 4, u64(2n ** 62n)), "modelBroken"],
  ["a tensor of no columns", overwritten(queries.dimensions + 4, u64(0n)), "modelBroken"],
  ["a tensor beyond the file", overwritten(queries.offset, u64(2n ** 40n)), "modelBroken"],
  ["a tensor over another", overwritten(queries.offset, u64(0n)), "modelBroken"],
  ["a tensor with a crooked place", overwritten(queries.offset, u64(7n)), "modelBroken"],
  ["a tensor twice", renamed("blk.1.attn_q.weight", "blk.0.attn_q.weight"), "modelBroken"],
  ["a layer without keys", renamed("blk.0.attn_k.weight", "blk.0.attn_x.weight"), "modelBroken"],
  ["endless names", built({ name: "n".repeat(5000) }), "modelBroken"],
  ["a whole header, and nothing else", demo.subarray(0, 120_000), "modelBroken"],
  ["a byte short", demo.subarray(0, -1), "modelBroken"],
  ["a byte more", Buffer.concat([demo, Buffer.alloc(1)]), "accepted"],
]

for (const [what, content, kind] of cases)
  test(`${what}: ${kind}`, () => assert.equal(reasonOf(file(content)), kind))

test("cut off at every 5 %", () => {
  const cut = file(demo)
  for (let percent = 95; percent >= 0; percent -= 5) {
    truncateSync(cut, Math.floor((demo.length * percent) / 100))
    assert.equal(reasonOf(cut), "modelBroken", `${percent} %`)
  }
})

test("every cut of the header is a failure with a kind", () => {
  const cut = file(demo.subarray(0, 100_000))
  for (let bytes = 100_000; bytes >= 0; bytes -= 997) {
    truncateSync(cut, bytes)
    assert.equal(reasonOf(cut), "modelBroken", `${bytes} bytes`)
  }
})

test("a flipped bit anywhere in the header's fields is accepted or refused, and nothing else", () => {
  const outcomes = new Set<string>()
  const flipped = file(demo)
  const descriptor = openSync(flipped, "r+")
  for (let at = 0; at < 1500; at += 3) {
    const [byte = 0] = demo.subarray(at)
    writeSync(descriptor, Buffer.from([byte ^ (1 << (at % 8))]), 0, 1, at)
    outcomes.add(reasonOf(flipped))
    writeSync(descriptor, Buffer.from([byte]), 0, 1, at)
  }
  closeSync(descriptor)
  assert.deepEqual([...outcomes].sort(), ["accepted", "modelBroken", "modelUnsuitable"])
})

test("what is no file", {
  skip: process.platform === "win32" && "has no pipes and modes of this kind",
}, () => {
  const loop = path.join(folder, "loop.gguf")
  symlinkSync(loop, loop)
  mkdirSync(path.join(folder, "folder.gguf"))
  assert.deepEqual(
    {
      absent: reasonOf(path.join(folder, "absent.gguf")),
      belowFile: reasonOf(path.join(demoModelPath, "absent.gguf")),
      folder: reasonOf(path.join(folder, "folder.gguf")),
      device: reasonOf("/dev/zero"),
      loop: reasonOf(loop),
      nul: reasonOf("model\0.gguf"),
    },
    {
      absent: "modelMissing",
      belowFile: "modelMissing",
      folder: "modelBroken",
      device: "modelBroken",
      loop: "modelBroken",
      nul: "modelBroken",
    },
  )
})

test("a file that may not be read says so", {
  skip: (process.platform === "win32" || process.getuid?.() === 0) && "everything may be read here",
}, () => {
  const secret = file(demo)
  chmodSync(secret, 0)
  assert.equal(reasonOf(secret), "modelUnreadable")
  assert.throws(() => readGgufHeader(secret), /EACCES/)
})

/** The loopback device has no speed: on Linux the file is there, and reading it is an error. */
const failing = "/sys/class/net/lo/speed"

test(
  "a drive that gives an error is no damaged file",
  {
    skip: !existsSync(failing) && "no file here whose reading fails",
  },
  () => assert.equal(reasonOf(failing), "modelUnreadable"),
)

test("so many experts in use that llama.cpp's table of steps would be full", () => {
  const many = file(built({ experts: 200, expertsUsed: 200 }))
  assert.throws(() => readGgufHeader(many), /expert_used_count is 200/)
})

test("memory stays small, whatever a file claims", () => {
  const greedy = [
    overwritten(tokens.value + 12, u64(2n ** 40n)),
    overwritten(24, u64(15_000_000n)),
    built({ name: "n".repeat(30_000_000) }),
  ].map(file)
  const before = process.memoryUsage().arrayBuffers
  for (const each of greedy) assert.equal(reasonOf(each), "modelBroken")
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 << 20)
})

test("the header says what the model is", () => {
  assert.deepEqual(readGgufHeader(demoModelPath), {
    fileSize: demo.length,
    name: "Osprey demo model (gpt-oss architecture)",
    trainedContextSize: 131_072,
    vocabularySize: 2238,
    layers: 4,
    keyValueBytes: 3072,
    expertBytes: 1_096_704,
  })
})
