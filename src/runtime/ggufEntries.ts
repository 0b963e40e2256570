// The key/value entries of a GGUF header: the few that matter are kept, all others skipped by their type. Knows the
// types of the format and the names of keys, not which values make a usable model.
import { controlTokens } from "../protocol/segment.ts"
import type { FileReader } from "./fileReader.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GgufEntries = {
  readonly architecture: string | undefined
  readonly name: string | undefined
  /** Tensors begin at multiples of it, in bytes. */
  readonly alignment: number
  readonly vocabularySize: number
  /** Those of Harmony's control tokens that the vocabulary has, as `<|name|>`. */
  readonly controlTokens: ReadonlySet<string>
  /** As `gpt-oss.rope.scaling.type`. */
  readonly ropeScaling: string | undefined
  /** A number that the file gives as `gpt-oss.KEY`, whole or not. */
  readonly number: (key: string) => number | undefined
  /** Whether the file has `gpt-oss.KEY`, of whatever type. */
  readonly has: (key: string) => boolean
  /** As `tokenizer.ggml.model`. */
  readonly tokenizer: string | undefined
  /** Of a file that is one part of a model's; undefined for a whole one. */
  readonly split: GgufSplit | undefined
}

/** As llama.cpp's gguf-split writes it: https://github.com/ggml-org/llama.cpp/tree/master/tools/gguf-split */
export type GgufSplit = {
  /** From 0. */
  readonly no: number
  readonly count: number
  /** Of all parts together; only the first part must say it. */
  readonly tensors: number | undefined
}

const maxArrayLength = 10_000_000
/** gpt-oss has 201,088. */
const maxTokens = 1_000_000
/** GGUF allows 65,535. */
const maxKeyBytes = 1024
/** gpt-oss's longest token has 128 bytes. */
const maxTokenBytes = 1024
const maxNameBytes = 4096

const u16Type = 2
const u32Type = 4
const i32Type = 5
const f32Type = 6
const stringType = 8
const arrayType = 9

/** Bytes of a scalar by value type. */
const scalarBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  [u16Type]: 2,
  3: 2,
  [u32Type]: 4,
  [i32Type]: 4,
  [f32Type]: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}

const wantedTokens: ReadonlySet<string> = new Set(controlTokens.map(name => `<|${name}|>`))
const wantedTexts: ReadonlySet<string> = new Set([
  "general.architecture",
  "general.name",
  "gpt-oss.rope.scaling.type",
  "tokenizer.ggml.model",
])
const ownPrefix = "gpt-oss."
/** llama.cpp ends the process where one is of another type. */
const splitTypes: ReadonlyMap<string, number> = new Map([
  ["split.no", u16Type],
  ["split.count", u16Type],
  ["split.tensors.count", i32Type],
])

/** Throws modelBroken. */
export function readGgufEntries(reader: FileReader, count: number): GgufEntries {
  const seen = new Set<string>()
  const texts = new Map<string, string>()
  const numbers = new Map<string, number>()
  let tokens: Tokens = { count: 0, control: new Set() }
  const lists = new Map<string, number>()

  for (let i = 0; i < count; i++) {
    const key = reader.string(maxKeyBytes)
    if (seen.has(key)) throw new RuntimeFailure("modelBroken", "an entry comes twice")
    // llama.cpp compares names up to their first NUL only.
    if (key.includes("\0")) throw new RuntimeFailure("modelBroken", "an entry's name has a NUL in it")
    seen.add(key)
    const type = reader.u32()
    if (type !== (splitTypes.get(key) ?? type))
      throw new RuntimeFailure("modelBroken", `${key} has type ${type}`)
    if (type === stringType && wantedTexts.has(key)) texts.set(key, reader.string(maxNameBytes))
    else if (type === u16Type) numbers.set(key, reader.u16())
    else if (type === u32Type || splitTypes.has(key)) numbers.set(key, reader.u32())
    else if (type === f32Type) numbers.set(key, reader.f32())
    else if (type !== arrayType) skipScalar(reader, type)
    else if (key === "tokenizer.ggml.tokens") tokens = readTokens(reader)
    else lists.set(key, skipList(reader))
  }

  for (const key of ["tokenizer.ggml.token_type", "tokenizer.ggml.scores"]) {
    const length = lists.get(key) ?? tokens.count
    if (length !== tokens.count)
      throw new RuntimeFailure("modelBroken", `${tokens.count} tokens, but ${length} in ${key}`)
  }
  for (const [key, id] of numbers)
    if (key.startsWith("tokenizer.") && key.endsWith("_token_id") && id >= tokens.count)
      throw new RuntimeFailure("modelBroken", `${key} is ${id}, of ${tokens.count} tokens`)

  return {
    architecture: texts.get("general.architecture"),
    name: texts.get("general.name"),
    ropeScaling: texts.get("gpt-oss.rope.scaling.type"),
    alignment: alignmentOf(numbers.get("general.alignment")),
    vocabularySize: tokens.count,
    controlTokens: tokens.control,
    number: key => numbers.get(ownPrefix + key),
    has: key => seen.has(ownPrefix + key),
    tokenizer: texts.get("tokenizer.ggml.model"),
    split: splitOf(numbers),
  }
}

function splitOf(numbers: ReadonlyMap<string, number>): GgufSplit | undefined {
  const count = numbers.get("split.count") ?? 0
  // llama.cpp takes such a file for a whole one, too.
  if (count <= 1) return undefined
  const no = numbers.get("split.no")
  if (no === undefined || no >= count)
    throw new RuntimeFailure("modelBroken", `part ${no ?? "?"} of ${count}, from 0`)
  return { no, count, tensors: numbers.get("split.tensors.count") }
}

type Tokens = { readonly count: number; readonly control: ReadonlySet<string> }

function readTokens(reader: FileReader): Tokens {
  if (reader.u32() !== stringType)
    throw new RuntimeFailure("modelBroken", "the vocabulary isn't a list of strings")
  const count = listLength(reader)
  if (count > maxTokens) throw new RuntimeFailure("modelBroken", `${count} tokens`)
  const tokens = new Set<string>()
  for (let i = 0; i < count; i++) tokens.add(reader.string(maxTokenBytes))
  if (tokens.size < count) throw new RuntimeFailure("modelBroken", "a token comes twice")
  return { count, control: new Set([...wantedTokens].filter(token => tokens.has(token))) }
}

function skipScalar(reader: FileReader, type: number): void {
  reader.skip(type === stringType ? reader.u64() : bytesOf(type))
}

/** How many items it had. */
function skipList(reader: FileReader): number {
  const itemType = reader.u32()
  const length = listLength(reader)
  if (itemType !== stringType) reader.skip(length * bytesOf(itemType))
  else for (let i = 0; i < length; i++) reader.skip(reader.u64())
  return length
}

function listLength(reader: FileReader): number {
  const length = reader.u64()
  if (length > maxArrayLength) throw new RuntimeFailure("modelBroken", `a list of ${length} items`)
  return length
}

/** Lists in lists, which the format allows, are in no model. */
function bytesOf(type: number): number {
  const bytes = scalarBytes[type]
  if (bytes === undefined) throw new RuntimeFailure("modelBroken", `value type ${type}`)
  return bytes
}

function alignmentOf(given: number | undefined): number {
  const alignment = given ?? 32
  if (alignment < 1 || alignment > 65_536 || (alignment & (alignment - 1)) !== 0)
    throw new RuntimeFailure("modelBroken", `an alignment of ${alignment}`)
  return alignment
}
