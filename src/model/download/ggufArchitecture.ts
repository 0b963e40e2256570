// The architecture that a GGUF file names in its first bytes, read with bounds: enough to tell a model that can't run
// from one that may. The whole header is checked elsewhere before anything is loaded.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { open } from "node:fs/promises"

const headBytes = 65_536

/** Bytes of a scalar by value type. */
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
const stringType = 8

/** "notGguf": something else, or unreadable. Undefined: not among the first entries. */
export async function ggufArchitecture(file: string): Promise<string | "notGguf" | undefined> {
  try {
    const handle = await open(file, "r")
    const head = Buffer.alloc(headBytes)
    const { bytesRead } = await handle.read(head, 0, headBytes, 0).finally(() => handle.close())
    return architectureIn(head.subarray(0, bytesRead))
  } catch {
    return "notGguf"
  }
}

function architectureIn(head: Buffer): string | undefined {
  if (head.toString("latin1", 0, 4) !== "GGUF") return "notGguf"
  let at = 24
  const length = () => {
    const value = Number(head.readBigUInt64LE(at))
    at += 8
    return value
  }
  const text = () => {
    const bytes = length()
    if (bytes > head.byteLength - at) return undefined
    at += bytes
    return head.toString("utf8", at - bytes, at)
  }
  while (at + 12 < head.byteLength) {
    const key = text()
    if (key === undefined || at + 12 > head.byteLength) return undefined
    const type = head.readUInt32LE(at)
    at += 4
    if (type === stringType) {
      const value = text()
      if (key === "general.architecture" || value === undefined) return value
      continue
    }
    const bytes = scalarBytes[type]
    if (bytes === undefined) return undefined
    at += bytes
  }
  return undefined
}
