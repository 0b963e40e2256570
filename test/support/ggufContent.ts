// A GGUF file taken apart and put together again, entry by entry and tensor by tensor, so that a test can change one
// of them or deal them out to several files. For files that are right; the product has a reader of its own.

export type GgufContent = { readonly entries: readonly GgufEntry[]; readonly tensors: readonly GgufTensor[] }
export type GgufEntry = { readonly key: string; readonly type: number; readonly value: Buffer }
export type GgufTensor = {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: number
  readonly data: Buffer
}

export const valueTypes = { u16: 2, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, list: 9 } as const
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
}
/** The demo model's, and what a file without the entry has. */
const alignment = 32

export function readGguf(file: Buffer): GgufContent {
  let at = 8
  const step = (bytes: number) => {
    at += bytes
    return at - bytes
  }
  const u32 = () => file.readUInt32LE(step(4))
  const u64 = () => Number(file.readBigUInt64LE(step(8)))
  const string = () => {
    const length = u64()
    return file.toString("utf8", step(length), at)
  }
  const skip = (type: number): void => {
    if (type === valueTypes.string) step(u64())
    else if (type !== valueTypes.list) step(scalarBytes[type] ?? 0)
    else {
      const itemType = u32()
      for (let left = u64(); left > 0; left--) skip(itemType)
    }
  }
  const [tensorCount, entryCount] = [u64(), u64()]
  const entries = Array.from({ length: entryCount }, (): GgufEntry => {
    const [key, type] = [string(), u32()]
    const start = at
    skip(type)
    return { key, type, value: file.subarray(start, at) }
  })
  const infos = Array.from({ length: tensorCount }, () => {
    const [name, dimensions] = [string(), u32()]
    return { name, shape: Array.from({ length: dimensions }, u64), type: u32(), offset: u64() }
  })
  const data = file.subarray(at + padding(at).length)
  return {
    entries,
    tensors: infos.map(({ offset, ...info }, index) => ({
      ...info,
      data: data.subarray(offset, infos[index + 1]?.offset),
    })),
  }
}

export function writeGguf({ entries, tensors }: GgufContent): Buffer {
  let offset = 0
  const infos = tensors.map(({ name, shape, type, data }) => {
    const at = offset
    offset += data.length + padding(data.length).length
    return Buffer.concat([string(name), u32(shape.length), ...shape.map(u64), u32(type), u64(at)])
  })
  const header = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries.map(({ key, type, value }) => Buffer.concat([string(key), u32(type), value])),
    ...infos,
  ])
  return Buffer.concat([
    header,
    padding(header.length),
    ...tensors.flatMap(({ data }) => [data, padding(data.length)]),
  ])
}

export const entryOf = {
  u16: (key: string, value: number): GgufEntry => ({
    key,
    type: valueTypes.u16,
    value: u32(value).subarray(0, 2),
  }),
  u32: (key: string, value: number): GgufEntry => ({ key, type: valueTypes.u32, value: u32(value) }),
  i32: (key: string, value: number): GgufEntry => ({ key, type: valueTypes.i32, value: u32(value) }),
  f32: (key: string, value: number): GgufEntry => ({ key, type: valueTypes.f32, value: f32(value) }),
  bool: (key: string, value: boolean): GgufEntry => ({
    key,
    type: valueTypes.bool,
    value: Buffer.from([Number(value)]),
  }),
  text: (key: string, value: string): GgufEntry => ({ key, type: valueTypes.string, value: string(value) }),
  texts: (key: string, values: readonly string[]): GgufEntry => ({
    key,
    type: valueTypes.list,
    value: Buffer.concat([u32(valueTypes.string), u64(values.length), ...values.map(string)]),
  }),
}

export function string(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function padding(length: number): Buffer {
  return Buffer.alloc((alignment - (length % alignment)) % alignment)
}
