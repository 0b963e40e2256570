// Reads a range of lines from an opened file within bounds of bytes, lines and characters, however large the
// file is or grows. Knows nothing of paths.
import type { FileHandle } from "node:fs/promises"
import { type LineWindowResult, lineWindow } from "./lineWindow.ts"
import { textDecoder } from "./textDecoder.ts"
import type { ReadOptions } from "./workspace.ts"

/** Most of a file that one read gives. */
export const readLimits = { lines: 400, characters: 64 * 1024 }

/** Bytes read at most to reach the lines asked for. */
export const reachLimit = 32 * 1024 * 1024

/** Bytes read at most to count the lines after the ones given. */
const countLimit = 1024 * 1024

const chunkSize = 64 * 1024

export type FileLines =
  | { readonly kind: "lines"; readonly lines: LineWindowResult; readonly wholeFileSeen: boolean }
  | { readonly kind: "binary" }
  /** The lines asked for begin beyond `reachLimit`. */
  | { readonly kind: "tooFarDown" }

/** Reads from the file's beginning. Throws the signal's reason, and what the file system throws. */
export async function readLines(
  handle: FileHandle,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<FileLines> {
  const startLine = options.startLine ?? 1
  const window = lineWindow(startLine, options.endLine, readLimits)
  const buffer = Buffer.allocUnsafe(chunkSize)
  let decoder: ReturnType<typeof textDecoder> | undefined
  let position = 0
  while (position < (window.isFull() ? countLimit : reachLimit)) {
    signal.throwIfAborted()
    const { bytesRead } = await handle.read(buffer, 0, chunkSize, position)
    const bytes = buffer.subarray(0, bytesRead)
    decoder ??= textDecoder(bytes)
    if (decoder === "binary") return { kind: "binary" }
    window.push(bytesRead === 0 ? decoder.end() : decoder.decode(bytes))
    if (bytesRead === 0) return { kind: "lines", lines: window.result(), wholeFileSeen: true }
    position += bytesRead
  }
  const lines = window.result()
  if (lines.lastLine < startLine) return { kind: "tooFarDown" }
  return {
    kind: "lines",
    lines: window.isFull() ? lines : { ...lines, truncated: true },
    wholeFileSeen: false,
  }
}
