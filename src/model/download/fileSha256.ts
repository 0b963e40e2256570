// SHA-256 of a file of any size, read in steps that leave the event loop its turns.
import { createHash } from "node:crypto"
import type { Disk } from "./disk.ts"

/** Bytes; hashing so many takes a millisecond or two. */
const stepBytes = 1 << 20

/** Lower-case hex. Throws the file system's error, or the signal's reason. */
export async function fileSha256(
  disk: Disk,
  path: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const file = await disk.open(path, "r")
  try {
    const hash = createHash("sha256")
    const buffer = Buffer.allocUnsafe(stepBytes)
    for (let at = 0; ; ) {
      signal.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, stepBytes, at)
      if (bytesRead === 0) return hash.digest("hex")
      hash.update(buffer.subarray(0, bytesRead))
      at += bytesRead
      onBytes(at)
    }
  } finally {
    await file.close()
  }
}
