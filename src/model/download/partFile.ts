// The unfinished file beside the one it becomes: appended to in large pieces, synced in steps, hashed on the way as
// long as nobody else wrote any of it. Knows no network.
import { createHash } from "node:crypto"
import type { Disk, DiskFile } from "./disk.ts"
import { syncIfItCan } from "./syncIfItCan.ts"

export type PartFile = {
  /** Bytes taken, written or still held. */
  readonly bytes: number
  /** Of the whole file; undefined when it holds bytes of an earlier run, which must be read instead. */
  sha256(): string | undefined
  append(chunk: Uint8Array): Promise<void>
  /** From the first byte again. */
  reset(): Promise<void>
  /** Everything is on the disk when it resolves. */
  close(): Promise<void>
}

/** Bytes written at once. */
const pieceBytes = 1 << 20
/** Bytes after which the disk must have them: so much may be worthless after a crash, and is fetched again. */
export const syncBytes = 8 << 20

/** `keep`: bytes of the file that are good; what is behind them is cut off. The file is made where there is none. */
export async function openPartFile(disk: Disk, path: string, keep: number): Promise<PartFile> {
  const file = await openOrMake(disk, path)
  await file.truncate(keep)
  let written = keep
  let synced = keep
  let held: Uint8Array[] = []
  let heldBytes = 0
  let hash = keep === 0 ? createHash("sha256") : undefined

  async function flush(): Promise<void> {
    const pieces = held
    held = []
    heldBytes = 0
    try {
      for (let at = 0; at < pieces.length; ) {
        const { bytesWritten } = await file.writev(pieces.slice(at), written)
        written += bytesWritten
        at = dropped(pieces, at, bytesWritten)
      }
    } catch (error) {
      // What was hashed isn't what is here.
      hash = undefined
      throw error
    }
    if (written - synced < syncBytes) return
    await syncIfItCan(() => file.datasync())
    synced = written
  }

  return {
    get bytes() {
      return written + heldBytes
    },
    sha256: () => hash?.copy().digest("hex"),
    async append(chunk) {
      hash?.update(chunk)
      held.push(chunk)
      heldBytes += chunk.byteLength
      if (heldBytes >= pieceBytes) await flush()
    },
    async reset() {
      held = []
      heldBytes = 0
      written = 0
      synced = 0
      hash = createHash("sha256")
      await file.truncate(0)
    },
    async close() {
      try {
        await flush()
        await syncIfItCan(() => file.sync())
      } finally {
        await file.close()
      }
    },
  }
}

async function openOrMake(disk: Disk, path: string): Promise<DiskFile> {
  try {
    return await disk.open(path, "wx+")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return disk.open(path, "r+")
    throw error
  }
}

/** Takes what was written off the front of the pieces; the index of the first that isn't written whole. */
function dropped(pieces: Uint8Array[], from: number, bytesWritten: number): number {
  let at = from
  let rest = bytesWritten
  for (let piece = pieces[at]; piece !== undefined && rest >= piece.byteLength; piece = pieces[at]) {
    rest -= piece.byteLength
    at++
  }
  const cut = pieces[at]
  if (cut !== undefined) pieces[at] = cut.subarray(rest)
  return at
}
