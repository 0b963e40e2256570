// Work on a file that somebody else may hold for a moment: a scanner that looks at a fresh file, another window that
// reads it. Windows then refuses to rename, replace or delete; a network disk may say that it is busy.
import { setTimeout as wait } from "node:timers/promises"

const attempts = 12
/** Milliseconds before the second attempt; doubles up to `maxPause`. Some ten seconds in all. */
const firstPause = 20
const maxPause = 2000

/** Tried again while the file is held. Throws the last attempt's error, and any other one at once. */
export async function onceFree<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts || !isHeld(error)) throw error
    }
    await wait(Math.min(firstPause * 2 ** (attempt - 1), maxPause))
  }
}

/** Elsewhere than on Windows the two others are for good. */
function isHeld(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  return code === "EBUSY" || (process.platform === "win32" && (code === "EPERM" || code === "EACCES"))
}
