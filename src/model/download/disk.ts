// What the downloader wants of a disk, as a port: the real one is Node's, the tests' one fails on purpose.
import { open, rename, rm, statfs } from "node:fs/promises"
import { syncIfItCan } from "./syncIfItCan.ts"

export type DiskFile = {
  read(into: Uint8Array, offset: number, length: number, at: number): Promise<{ readonly bytesRead: number }>
  writev(pieces: readonly Uint8Array[], at: number): Promise<{ readonly bytesWritten: number }>
  truncate(bytes: number): Promise<void>
  datasync(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export interface Disk {
  open(path: string, flags: "r" | "r+" | "wx+"): Promise<DiskFile>
  /** A small file, replaced where it is there. */
  write(path: string, text: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** A file; nothing where there is none. */
  remove(path: string): Promise<void>
  /** Bytes that a user may still write there; undefined where the system doesn't say. */
  freeBytes(folder: string): Promise<number | undefined>
}

export const nodeDisk: Disk = {
  open,
  rename,
  async write(path, text) {
    const file = await open(path, "w")
    try {
      await file.writeFile(text)
      await syncIfItCan(() => file.sync())
    } finally {
      await file.close()
    }
  },
  remove: path => rm(path, { force: true }),
  async freeBytes(folder) {
    try {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    } catch {
      return undefined
    }
  },
}
