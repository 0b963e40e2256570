// What the downloader wants of a disk, as a port: the real one is Node's, the tests' one fails on purpose.
import { type FileHandle, open, rename, statfs } from "node:fs/promises"

export type DiskFile = Pick<FileHandle, "read" | "truncate" | "datasync" | "sync" | "stat" | "close"> & {
  writev(pieces: readonly Uint8Array[], at: number): Promise<{ readonly bytesWritten: number }>
}

export interface Disk {
  open(path: string, flags: "r" | "r+" | "wx+"): Promise<DiskFile>
  rename(from: string, to: string): Promise<void>
  /** Bytes that a user may still write there; undefined where the system doesn't say. */
  freeBytes(folder: string): Promise<number | undefined>
}

export const nodeDisk: Disk = {
  open,
  rename,
  async freeBytes(folder) {
    try {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    } catch {
      return undefined
    }
  },
}
