// Another window's download, as its lock tells of it: shown until it ends, or until its owner is gone.
import { setTimeout as wait } from "node:timers/promises"
import { breakLock, isDead, readLock, staleMs } from "./downloadLock.ts"
import { parseStatus, type ToldDownload } from "./parseStatus.ts"

export type WatchEnding =
  /** It gave the lock back; what it said last. */
  | { readonly kind: "ended"; readonly last: ToldDownload | undefined }
  /** It is gone without a word, and its lock with it. */
  | { readonly kind: "died" }
  | { readonly kind: "stopped" }

export async function watchDownload(
  file: string,
  everyMs: number,
  show: (status: ToldDownload) => void | Promise<void>,
  signal: AbortSignal,
): Promise<WatchEnding> {
  let last: ToldDownload | undefined
  let seen = ""
  let seenAt = performance.now()
  let missed = 0
  while (!signal.aborted) {
    const reading = await readLock(file)
    if (reading === undefined) {
      // Once is a lock that is being written.
      if (++missed >= 2) return { kind: "ended", last }
    } else {
      missed = 0
      const beat = `${reading.token} ${reading.beat}`
      if (beat !== seen) {
        seen = beat
        seenAt = performance.now()
        last = parseStatus(reading.status) ?? last
        if (last !== undefined) await show(last)
      }
      if (performance.now() - seenAt > staleMs || (await isDead(file, reading, everyMs))) {
        await breakLock(file, reading)
        return { kind: "died" }
      }
    }
    await wait(everyMs, undefined, { signal }).catch(() => {})
  }
  return { kind: "stopped" }
}
