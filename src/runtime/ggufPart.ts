// Reads the header of one GGUF file, which is a whole model or a part of one, with bounds of our own. Weights aren't
// looked at, nor is what other parts hold.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { openFileReader } from "./fileReader.ts"
import { type GgufEntries, readGgufEntries } from "./ggufEntries.ts"
import { type GgufTensors, readGgufTensors } from "./ggufTensors.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GgufPart = {
  /** Bytes of the file, and of its header in it. */
  readonly size: number
  readonly headerBytes: number
  readonly entries: GgufEntries
  readonly tensors: GgufTensors
}

export const maxTensors = 100_000
const maxEntries = 10_000

/** Throws modelMissing, modelUnreadable, modelBroken (no GGUF, cut off, a longer header), and what `require` throws. */
export function readGgufPart(
  path: string,
  maxHeaderBytes: number,
  require: (entries: GgufEntries) => void,
): GgufPart {
  const reader = openFileReader(path, maxHeaderBytes)
  try {
    if (reader.u32() !== 0x46554747) throw new RuntimeFailure("modelBroken", "not a GGUF file")
    const version = reader.u32()
    if (version !== 2 && version !== 3) throw new RuntimeFailure("modelBroken", `GGUF version ${version}`)
    const tensorCount = bounded(reader.u64(), maxTensors, "tensors")
    const entries = readGgufEntries(reader, bounded(reader.u64(), maxEntries, "header entries"))
    require(entries)
    const tensors = readGgufTensors(reader, tensorCount, entries.alignment)
    return { size: reader.size, headerBytes: reader.position(), entries, tensors }
  } finally {
    reader.close()
  }
}

function bounded(value: number, limit: number, what: string): number {
  if (value > limit) throw new RuntimeFailure("modelBroken", `${value} ${what}`)
  return value
}
