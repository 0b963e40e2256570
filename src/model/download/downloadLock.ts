// Who downloads into a folder: one process of all windows. The lock is a file that its owner rewrites every second
// with what the others show; who dies stops rewriting it, and is replaced within ten seconds.
import { randomUUID } from "node:crypto"
import { open, readFile, rm, stat } from "node:fs/promises"
import os from "node:os"
import * as v from "valibot"
import { onceFree } from "./onceFree.ts"

export type HeldLock = {
  /** Aborted when somebody else has taken the lock: stop at once, write nothing. */
  readonly lost: AbortSignal
  /** Whether a write may follow now: looks at the file itself when the last beat is a while ago, as after a standstill. */
  isMine(): Promise<boolean>
  release(): Promise<void>
}

export type LockReading = v.InferOutput<typeof content>

type LockOptions = {
  readonly file: string
  /** What other windows are shown; JSON of up to 3 KB. */
  readonly status: () => unknown
  readonly beatMs?: number
}

const content = v.object({
  token: v.pipe(v.string(), v.uuid()),
  pid: v.number(),
  host: v.string(),
  beat: v.number(),
  status: v.optional(v.unknown()),
})

/** Bytes. Always as long, so that a reader never finds the end of an older beat. */
const fileBytes = 4096
const beatMs = 1000
/** Milliseconds without a beat, watched all the time, after which an owner counts as gone. */
export const staleMs = 6000
/** Beats that an owner must have missed before its process is asked for. */
const deadBeats = 3

/** Undefined: somebody holds it, as far as is known without having watched it. */
export async function takeLock({
  file,
  status,
  beatMs: every = beatMs,
}: LockOptions): Promise<HeldLock | undefined> {
  const token = randomUUID()
  let beat = 0
  const text = () => {
    const full = JSON.stringify({
      token,
      pid: process.pid,
      host: os.hostname(),
      beat: beat++,
      status: status(),
    })
    return Buffer.byteLength(full) <= fileBytes
      ? full
      : JSON.stringify({ token, pid: process.pid, host: os.hostname(), beat })
  }
  const found = await readLock(file)
  // One without content was left by a crash in the moment of its making.
  const isLeft = found === undefined ? (await ageOf(file)) > staleMs : await isDead(file, found, every)
  if (isLeft) await breakLock(file, found)
  try {
    const handle = await open(file, "wx")
    await handle.write(padded(text()), 0).finally(() => handle.close())
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return undefined
    throw error
  }

  const lost = new AbortController()
  let writing = Promise.resolve()
  let beatAt = Date.now()
  const timer = setInterval(() => void rewritten(), every)

  function rewritten(): Promise<void> {
    writing = writing.then(rewrite).catch(() => {})
    return writing
  }

  async function rewrite(): Promise<void> {
    if (lost.signal.aborted) return
    const now = await readLock(file)
    // A file that can't be read just now says nothing; one with another's name does, and one that is gone too.
    if (now === undefined ? await isGone(file) : now.token !== token) return lost.abort()
    const handle = await open(file, "r+")
    await handle.write(padded(text()), 0).finally(() => handle.close())
    beatAt = Date.now()
  }

  return {
    lost: lost.signal,
    async isMine() {
      if (!lost.signal.aborted && Date.now() - beatAt > deadBeats * every) await rewritten()
      return !lost.signal.aborted
    },
    async release() {
      clearInterval(timer)
      await writing
      const now = await readLock(file)
      if (now?.token === token) await onceFree(() => rm(file, { force: true }))
    },
  }
}

/** Undefined: nobody holds it, or it is being written this moment. */
export async function readLock(file: string): Promise<LockReading | undefined> {
  try {
    const parsed = v.safeParse(content, JSON.parse(await readFile(file, "utf8")))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

/** Removes the lock of an owner that was found gone; nothing when somebody took or beat it meanwhile. */
export async function breakLock(file: string, gone: LockReading | undefined): Promise<void> {
  const mutex = `${file}.taking`
  try {
    await (await open(mutex, "wx")).close()
  } catch {
    // Held for some milliseconds only; one that is older was left by a crash, and the next try finds it gone.
    if ((await ageOf(mutex)) > staleMs) await rm(mutex, { force: true })
    return
  }
  try {
    const now = await readLock(file)
    if (now?.token === gone?.token && now?.beat === gone?.beat) await rm(file, { force: true })
  } finally {
    await rm(mutex, { force: true })
  }
}

/** The owner's process is gone, on this computer, and the lock wasn't written by a namesake just now. */
export async function isDead(file: string, { pid, host }: LockReading, everyMs: number): Promise<boolean> {
  if (host !== os.hostname() || (await ageOf(file)) < deadBeats * everyMs) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH"
  }
}

async function isGone(file: string): Promise<boolean> {
  try {
    await stat(file)
    return false
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT"
  }
}

/** Milliseconds since it was written; 0 where it isn't there. */
async function ageOf(file: string): Promise<number> {
  try {
    return Date.now() - (await stat(file)).mtimeMs
  } catch {
    return 0
  }
}

function padded(text: string): Buffer {
  return Buffer.from(text.padEnd(fileBytes - (Buffer.byteLength(text) - text.length)), "utf8")
}
