// A disk for whoever holds a folder's lock: nothing is written any more once the lock is somebody else's, not even
// while tidying up. Reads go through.
import type { Disk } from "./disk.ts"

/** `isMine` is asked before each write. Throws where it says no. */
export function guardedDisk(disk: Disk, isMine: () => Promise<boolean>): Disk {
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    if (!(await isMine())) throw new Error("Another window has the folder by now.")
    return work()
  }

  return {
    async open(path, flags) {
      if (flags === "r") return disk.open(path, flags)
      const file = await guarded(() => disk.open(path, flags))
      return {
        read: (into, offset, length, at) => file.read(into, offset, length, at),
        writev: (pieces, at) => guarded(() => file.writev(pieces, at)),
        truncate: bytes => guarded(() => file.truncate(bytes)),
        datasync: () => file.datasync(),
        sync: () => file.sync(),
        close: () => file.close(),
      }
    },
    write: (path, text) => guarded(() => disk.write(path, text)),
    rename: (from, to) => guarded(() => disk.rename(from, to)),
    remove: path => guarded(() => disk.remove(path)),
    freeBytes: folder => disk.freeBytes(folder),
  }
}
