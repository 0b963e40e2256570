// What the path gate needs of a file system, so that tests can put Windows, case-insensitive disks and hostile
// moments behind it. The real one is Node's.
import { constants } from "node:fs"
import { type FileHandle, lstat, open, readlink, realpath } from "node:fs/promises"

/** Which file it is, whatever it is called. */
export type FileIdentity = { readonly dev: bigint; readonly ino: bigint }

export type FileStatus = FileIdentity & { readonly kind: "file" | "directory" | "link" | "other" }

export type GateFileSystem = {
  /** The path without symbolic links, as the operating system says it (long names, true case). */
  realpath(path: string): Promise<string>
  lstat(path: string): Promise<FileStatus>
  /** Opens for reading; fails on a symbolic link where the platform can tell, never waits on a pipe. */
  open(path: string): Promise<FileHandle>
  /** Where an opened file lies now, where the platform can tell. */
  pathOfHandle(handle: FileHandle): Promise<string | undefined>
}

export const diskFileSystem: GateFileSystem = {
  realpath: path => realpath(path),
  async lstat(path) {
    const status = await lstat(path, { bigint: true })
    const kind = status.isFile()
      ? "file"
      : status.isDirectory()
        ? "directory"
        : status.isSymbolicLink()
          ? "link"
          : "other"
    return { dev: status.dev, ino: status.ino, kind }
  },
  open: path => open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)),
  async pathOfHandle(handle) {
    if (process.platform !== "linux") return undefined
    try {
      return await readlink(`/proc/self/fd/${handle.fd}`)
    } catch {
      return undefined
    }
  },
}

/** `ENOENT` and the like, or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
}
