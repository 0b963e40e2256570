// Reads an untrusted file front to back through a small window: numbers, strings, skips. Ends with modelBroken
// where the file ends; nothing is allocated by a length that the file claims but doesn't have.
import { closeSync, openSync, readSync, statSync } from "node:fs"
import { RuntimeFailure } from "./runtimeFailure.ts"

const windowBytes = 1 << 20

/** Longest string that is read whole, in bytes (chat templates of known files have some 20 KB). */
const maxStringBytes = 16 << 20

export type FileReader = {
  readonly size: number
  readonly position: () => number
  readonly u32: () => number
  /** Numbers above 2^53 are a broken file. */
  readonly u64: () => number
  readonly string: () => string
  readonly skip: (bytes: number) => void
  readonly close: () => void
}

/** Throws modelMissing or modelBroken. */
export function openFileReader(path: string): FileReader {
  const { file, size } = open(path)
  let window = Buffer.alloc(0)
  let windowStart = 0
  let at = 0

  const need = (bytes: number) => {
    if (at + bytes > size)
      throw new RuntimeFailure("modelBroken", `the file ends at byte ${size}, in its header`)
    if (at >= windowStart && at + bytes <= windowStart + window.length) return
    const wanted = Math.min(size - at, Math.max(bytes, windowBytes))
    window = Buffer.alloc(wanted)
    windowStart = at
    for (let have = 0; have < wanted; ) {
      const got = readSync(file, window, have, wanted - have, at + have)
      if (got === 0)
        throw new RuntimeFailure("modelBroken", `the file could be read to byte ${at + have} only`)
      have += got
    }
  }
  const take = (bytes: number) => {
    need(bytes)
    const start = at - windowStart
    at += bytes
    return start
  }
  const u64 = () => {
    const start = take(8)
    const value = window.readBigUInt64LE(start)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RuntimeFailure("modelBroken", "an absurd length")
    return Number(value)
  }

  return {
    size,
    position: () => at,
    u32: () => {
      const start = take(4)
      return window.readUInt32LE(start)
    },
    u64,
    string: () => {
      const length = u64()
      if (length > maxStringBytes) throw new RuntimeFailure("modelBroken", `a string of ${length} bytes`)
      const start = take(length)
      return window.toString("utf8", start, start + length)
    },
    skip: bytes => {
      if (at + bytes > size)
        throw new RuntimeFailure("modelBroken", `the file ends at byte ${size}, in its header`)
      at += bytes
    },
    close: () => closeSync(file),
  }
}

function open(path: string): { readonly file: number; readonly size: number } {
  try {
    const stats = statSync(path)
    if (!stats.isFile()) throw new RuntimeFailure("modelBroken", "not a file")
    return { file: openSync(path, "r"), size: stats.size }
  } catch (error) {
    if (error instanceof RuntimeFailure) throw error
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error)
    throw new RuntimeFailure(code === "ENOENT" || code === "ENOTDIR" ? "modelMissing" : "modelBroken", code)
  }
}
