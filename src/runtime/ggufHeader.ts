// Reads the header of a GGUF file with bounds of our own, before llama.cpp's C++ sees the file: it must be whole,
// of the gpt-oss architecture, and know Harmony's control tokens. Weights aren't looked at.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { controlTokens } from "../protocol/segment.ts"
import { openFileReader } from "./fileReader.ts"
import { type GgufEntries, readGgufEntries } from "./ggufEntries.ts"
import { readGgufTensors } from "./ggufTensors.ts"
import { requireGptOssShape } from "./gptOssShape.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GgufHeader = {
  /** Bytes of the whole file. */
  readonly fileSize: number
  /** `general.name`, as the file says. */
  readonly name: string | undefined
  /** In tokens; 0 if the file doesn't say. */
  readonly trainedContextSize: number
  readonly vocabularySize: number
  readonly layers: number
  /** Bytes of keys and values that a context holds per token, in half precision, all layers kept whole. */
  readonly keyValueBytes: number
  /** Bytes of the MXFP4 experts: llama.cpp makes a second copy of them in memory, in another order, for a CPU. */
  readonly expertBytes: number
}

const maxTensors = 100_000
const maxEntries = 10_000

/** Throws modelMissing, modelBroken (no GGUF, cut off, unreadable) or modelUnsuitable (not a gpt-oss model). */
export function readGgufHeader(path: string): GgufHeader {
  const reader = openFileReader(path)
  try {
    if (reader.u32() !== 0x46554747) throw new RuntimeFailure("modelBroken", "not a GGUF file")
    const version = reader.u32()
    if (version !== 2 && version !== 3) throw new RuntimeFailure("modelBroken", `GGUF version ${version}`)
    const tensorCount = bounded(reader.u64(), maxTensors, "tensors")
    const entries = readGgufEntries(reader, bounded(reader.u64(), maxEntries, "header entries"))
    requireGptOss(entries)
    const tensors = readGgufTensors(reader, tensorCount, entries.alignment)
    const { layers, keyValueBytes } = requireGptOssShape(entries, tensors.shapes)
    return {
      fileSize: reader.size,
      name: entries.name,
      trainedContextSize: entries.number("context_length") ?? 0,
      vocabularySize: entries.vocabularySize,
      layers,
      keyValueBytes,
      expertBytes: tensors.mxfp4Bytes,
    }
  } finally {
    reader.close()
  }
}

function requireGptOss(entries: GgufEntries): void {
  if (entries.architecture !== "gpt-oss")
    throw new RuntimeFailure("modelUnsuitable", `architecture ${entries.architecture ?? "unknown"}`)
  const missing = controlTokens.filter(token => !entries.controlTokens.has(`<|${token}|>`))
  if (missing.length > 0)
    throw new RuntimeFailure("modelUnsuitable", `no control tokens ${missing.join(", ")}`)
}

function bounded(value: number, limit: number, what: string): number {
  if (value > limit) throw new RuntimeFailure("modelBroken", `${value} ${what}`)
  return value
}
