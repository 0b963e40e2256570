// The list of tensors in a GGUF header: each must have a known type and follow the one before it, and the last one's
// data must end within the file; that is how a cut-off download shows. The data itself isn't read.
import type { FileReader } from "./fileReader.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GgufTensors = {
  readonly byName: ReadonlyMap<string, GgufTensor>
  readonly mxfp4Bytes: number
}

export type GgufTensor = {
  /** Sizes of the dimensions, the innermost first. */
  readonly shape: readonly number[]
  /** ggml's number for it. */
  readonly type: number
}

export const f32Tensor = 0
const mxfp4 = 39

/**
 * Values and bytes per block of the tensor types that files have: F32, F16, Q4_0…Q8_0, K quants, BF16, MXFP4, and the
 * IQ types, for which quantized files of gpt-oss have IQ4_NL (20): its rows of 2,880 values aren't a multiple of 256.
 */
const tensorBlocks: Readonly<Record<number, readonly [values: number, bytes: number]>> = {
  [f32Tensor]: [1, 4],
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
  16: [256, 66],
  17: [256, 74],
  18: [256, 98],
  19: [256, 50],
  20: [32, 18],
  21: [256, 110],
  22: [256, 82],
  23: [256, 136],
  29: [256, 56],
  30: [1, 2],
  [mxfp4]: [32, 17],
}

/** llama.cpp keeps names in 64 bytes. */
const maxNameBytes = 63
const maxDimensions = 4
const maxTensorBytes = 2 ** 46

/** The reader stands at the first tensor's entry, and then behind the last one's. Throws modelBroken. */
export function readGgufTensors(reader: FileReader, count: number, alignment: number): GgufTensors {
  const byName = new Map<string, GgufTensor>()
  let mxfp4Bytes = 0
  let next = 0
  let end = 0
  for (let i = 0; i < count; i++) {
    const name = reader.string(maxNameBytes)
    if (byName.has(name)) throw new RuntimeFailure("modelBroken", "a tensor comes twice")
    const shape = readShape(reader)
    const type = reader.u32()
    const bytes = byteSize(shape, type)
    if (reader.u64() !== next)
      throw new RuntimeFailure("modelBroken", `tensor ${i + 1} isn't where it belongs`)
    end = next + bytes
    next = padded(end, alignment)
    byName.set(name, { shape, type })
    if (type === mxfp4) mxfp4Bytes += bytes
  }
  // A model's first part may have no tensors.
  end += count === 0 ? reader.position() : padded(reader.position(), alignment)
  if (end > reader.size) throw new RuntimeFailure("modelBroken", `cut off: ${reader.size} of ${end} bytes`)
  return { byName, mxfp4Bytes }
}

function readShape(reader: FileReader): readonly number[] {
  const dimensions = reader.u32()
  if (dimensions < 1 || dimensions > maxDimensions)
    throw new RuntimeFailure("modelBroken", `${dimensions} dimensions`)
  return Array.from({ length: dimensions }, () => reader.u64())
}

function byteSize(shape: readonly number[], type: number): number {
  const block = tensorBlocks[type]
  if (block === undefined) throw new RuntimeFailure("modelBroken", `tensor type ${type}`)
  const [values, bytes] = block
  const size = (shape.reduce((product, length) => product * length, 1) / values) * bytes
  if (!(size > 0 && size < maxTensorBytes) || (shape[0] ?? 0) % values !== 0)
    throw new RuntimeFailure("modelBroken", `a tensor of ${shape.join(" × ")}`)
  return size
}

function padded(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment
}
