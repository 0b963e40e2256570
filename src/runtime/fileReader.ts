// Reads the beginning of an untrusted file front to back through a small window: numbers, strings, skips. Ends with
// modelBroken where the file or the bound ends; nothing is allocated by a length that the file claims.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs"
import { RuntimeFailure } from "./runtimeFailure.ts"

const windowBytes = 1 << 20

/** Most bytes that a model's header may have: gpt-oss's has 13 MB, nearly all of it vocabulary. */
export const maxHeaderBytes = 64 << 20

export type FileReader = {
  readonly size: number
  readonly position: () => number
  readonly u16: () => number
  readonly u32: () => number
  readonly f32: () => number
  /** Numbers above 2^53 are a broken file. */
  readonly u64: () => number
  /** A longer string is a broken file. */
  readonly string: (maxBytes: number) => string
  readonly skip: (bytes: number) => void
  readonly close: () => void
}

/**
 * Reads so many bytes and no more. Throws modelMissing, modelUnreadable (no permission, a drive that fails), or
 * modelBroken for what is no file.
 */
export function openFileReader(path: string, maxBytes: number): FileReader {
  const { file, size } = open(path)
  const end = Math.min(size, maxBytes)
  let window = Buffer.alloc(0)
  let windowStart = 0
  let at = 0

  /** Moves on by that many bytes; where they begin. */
  const step = (bytes: number): number => {
    if (!(at + bytes <= end)) throw new RuntimeFailure("modelBroken", endedAt(size, end))
    at += bytes
    return at - bytes
  }
  /** The same, with the bytes in the window; where in the window they begin. */
  const take = (bytes: number): number => {
    const start = step(bytes)
    if (start >= windowStart && at <= windowStart + window.length) return start - windowStart
    window = readAt(file, start, Math.min(size - start, windowBytes))
    windowStart = start
    return 0
  }
  const u32 = () => {
    const start = take(4)
    return window.readUInt32LE(start)
  }
  const u64 = () => {
    const value = u32() + u32() * 2 ** 32
    if (value > Number.MAX_SAFE_INTEGER) throw new RuntimeFailure("modelBroken", "an absurd length")
    return value
  }

  return {
    size,
    position: () => at,
    u16: () => {
      const start = take(2)
      return window.readUInt16LE(start)
    },
    u32,
    f32: () => {
      const start = take(4)
      return window.readFloatLE(start)
    },
    u64,
    string: maxBytes => {
      const length = u64()
      if (length > Math.min(maxBytes, windowBytes))
        throw new RuntimeFailure("modelBroken", `a string of ${length} bytes`)
      const start = take(length)
      return window.toString("utf8", start, start + length)
    },
    skip: bytes => void step(bytes),
    close: () => closeSync(file),
  }
}

function endedAt(size: number, end: number): string {
  return end < size ? `a header of more than ${end} bytes` : `the file ends at byte ${size}, in its header`
}

function readAt(file: number, at: number, bytes: number): Buffer<ArrayBuffer> {
  const window = Buffer.alloc(bytes)
  for (let have = 0; have < bytes; ) {
    const got = readPart(file, window, have, at + have)
    if (got === 0) throw new RuntimeFailure("modelBroken", `the file could be read to byte ${at + have} only`)
    have += got
  }
  return window
}

/** A disk or a network share may fail in the middle. */
function readPart(file: number, window: Buffer, have: number, at: number): number {
  try {
    return readSync(file, window, have, window.length - have, at)
  } catch (error) {
    throw new RuntimeFailure("modelUnreadable", `at byte ${at}: ${codeOf(error)}`)
  }
}

function open(path: string): { readonly file: number; readonly size: number } {
  try {
    // Before it is opened: opening a pipe would wait for its other end.
    if (!statSync(path).isFile()) throw new RuntimeFailure("modelBroken", "not a file")
    const file = openSync(path, "r")
    return { file, size: fstatSync(file).size }
  } catch (error) {
    if (error instanceof RuntimeFailure) throw error
    const code = codeOf(error)
    throw new RuntimeFailure(openFaults[code] ?? "modelUnreadable", code)
  }
}

/** All else is a matter of permission, of the drive, or of another program that holds the file. */
const openFaults: Readonly<Record<string, "modelMissing" | "modelBroken">> = {
  ENOENT: "modelMissing",
  ENOTDIR: "modelMissing",
  ELOOP: "modelBroken",
  ERR_INVALID_ARG_VALUE: "modelBroken",
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error)
}
