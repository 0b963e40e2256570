// Reads the header of a GGUF file with bounds of our own, before llama.cpp's C++ sees the file: it must be whole,
// of the gpt-oss architecture, and know Harmony's control tokens. Weights aren't looked at.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { controlTokens } from "../protocol/segment.ts"
import { type FileReader, openFileReader } from "./fileReader.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GgufHeader = {
  /** Bytes of the whole file. */
  readonly fileSize: number
  /** `general.name`, as the file says. */
  readonly name: string | undefined
  /** In tokens; 0 if the file doesn't say. */
  readonly trainedContextSize: number
  readonly vocabularySize: number
}

const maxEntries = 10_000
const maxTensors = 100_000
const maxArrayLength = 10_000_000

/** Bytes of a scalar by value type; 8 is string, 9 array. */
const scalarBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}

/** Values and bytes per block of the tensor types that gpt-oss files use: F32, F16, Q4_0…Q8_0, K quants, BF16, MXFP4. */
const tensorBlocks: Readonly<Record<number, readonly [values: number, bytes: number]>> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  6: [32, 22],
  7: [32, 24],
  8: [32, 34],
  10: [256, 84],
  11: [256, 110],
  12: [256, 144],
  13: [256, 176],
  14: [256, 210],
  30: [1, 2],
  39: [32, 17],
}

/** Throws modelMissing, modelBroken (no GGUF, cut off, unreadable) or modelUnsuitable (not a gpt-oss model). */
export function readGgufHeader(path: string): GgufHeader {
  const reader = openFileReader(path)
  try {
    if (reader.u32() !== 0x46554747) throw new RuntimeFailure("modelBroken", "not a GGUF file")
    const version = reader.u32()
    if (version !== 2 && version !== 3) throw new RuntimeFailure("modelBroken", `GGUF version ${version}`)
    const tensors = bounded(reader.u64(), maxTensors, "tensors")
    const entries = bounded(reader.u64(), maxEntries, "header entries")
    const facts = readEntries(reader, entries)
    if (facts.architecture !== "gpt-oss")
      throw new RuntimeFailure("modelUnsuitable", `architecture ${facts.architecture ?? "unknown"}`)
    const missing = controlTokens.filter(token => !facts.controlTokens.has(`<|${token}|>`))
    if (missing.length > 0)
      throw new RuntimeFailure("modelUnsuitable", `no control tokens ${missing.join(", ")}`)
    requireTensors(reader, tensors, facts.alignment)
    const { name, trainedContextSize, vocabularySize } = facts
    return { fileSize: reader.size, name, trainedContextSize, vocabularySize }
  } finally {
    reader.close()
  }
}

type Facts = {
  architecture: string | undefined
  name: string | undefined
  alignment: number
  trainedContextSize: number
  vocabularySize: number
  readonly controlTokens: Set<string>
}

function readEntries(reader: FileReader, count: number): Facts {
  const facts: Facts = {
    architecture: undefined,
    name: undefined,
    alignment: 32,
    trainedContextSize: 0,
    vocabularySize: 0,
    controlTokens: new Set(),
  }
  for (let i = 0; i < count; i++) {
    const key = reader.string()
    const type = reader.u32()
    if (key === "general.architecture" && type === 8) facts.architecture = reader.string()
    else if (key === "general.name" && type === 8) facts.name = reader.string()
    else if (key === "general.alignment" && type === 4) facts.alignment = reader.u32()
    else if (key === "gpt-oss.context_length" && type === 4) facts.trainedContextSize = reader.u32()
    else if (key === "tokenizer.ggml.tokens" && type === 9) readTokens(reader, facts)
    else skipValue(reader, type)
  }
  return facts
}

function readTokens(reader: FileReader, facts: Facts): void {
  const type = reader.u32()
  if (type !== 8) throw new RuntimeFailure("modelBroken", "the vocabulary isn't a list of strings")
  facts.vocabularySize = bounded(reader.u64(), maxArrayLength, "tokens")
  for (let i = 0; i < facts.vocabularySize; i++) {
    const token = reader.string()
    if (token.startsWith("<|")) facts.controlTokens.add(token)
  }
}

function skipValue(reader: FileReader, type: number): void {
  if (type === 8) reader.skip(reader.u64())
  else if (type !== 9) reader.skip(bytesOf(type))
  else {
    const itemType = reader.u32()
    const length = bounded(reader.u64(), maxArrayLength, "list items")
    if (itemType !== 8) reader.skip(length * bytesOf(itemType))
    else for (let i = 0; i < length; i++) reader.skip(reader.u64())
  }
}

function bytesOf(type: number): number {
  const bytes = scalarBytes[type]
  if (bytes === undefined) throw new RuntimeFailure("modelBroken", `value type ${type}`)
  return bytes
}

/** The data of the last tensor must end within the file: that is how a cut-off download shows. */
function requireTensors(reader: FileReader, count: number, alignment: number): void {
  let end = 0
  for (let i = 0; i < count; i++) {
    reader.skip(reader.u64())
    const dimensions = bounded(reader.u32(), 8, "dimensions")
    let values = 1
    for (let d = 0; d < dimensions; d++) values *= reader.u64()
    const [blockValues, blockBytes] = tensorBlocks[reader.u32()] ?? [1, 0]
    end = Math.max(end, reader.u64() + (values / blockValues) * blockBytes)
  }
  const dataStart = Math.ceil(reader.position() / alignment) * alignment
  if (!(dataStart + end <= reader.size))
    throw new RuntimeFailure("modelBroken", `cut off: ${reader.size} of ${dataStart + end} bytes`)
}

function bounded(value: number, limit: number, what: string): number {
  if (value > limit) throw new RuntimeFailure("modelBroken", `${value} ${what}`)
  return value
}
