// Asks a disk to have everything by now. Some can't be asked, and nothing is wrong with what was written there: network
// and FUSE file systems refuse a folder or any file, Windows refuses folders.

const cannot = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EPERM", "EACCES", "EBADF", "EISDIR"])

/** Throws what `sync` throws, but not that the disk has no such thing. */
export async function syncIfItCan(sync: () => Promise<void>): Promise<void> {
  try {
    await sync()
  } catch (error) {
    if (!(error instanceof Error && "code" in error && cannot.has(String(error.code)))) throw error
  }
}
