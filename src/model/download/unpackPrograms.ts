// The programs in one of npm's archives, into a folder that gets its name when all of them are there. Takes plain files
// of one folder only; an archive with anything that could lead elsewhere is refused whole (SEC-054).
import { once } from "node:events"
import { createReadStream } from "node:fs"
import { mkdir, open, rm } from "node:fs/promises"
import path from "node:path"
import { createGunzip } from "node:zlib"
import { Parser, type ReadEntry } from "tar"
import { type Disk, nodeDisk } from "./disk.ts"
import { DownloadError } from "./downloadFault.ts"
import { settle } from "./settle.ts"
import { syncIfItCan } from "./syncIfItCan.ts"

export type Unpacking = {
  readonly archive: string
  /** In the archive, with slashes; what lies under it keeps its path from there. */
  readonly from: string
  /** Its parent is there; a folder that has the name already is replaced. */
  readonly to: string
  readonly limits: UnpackLimits
  /** Where the archive came from, for the fault. */
  readonly host: string
  readonly disk?: Disk
}

export type UnpackLimits = {
  readonly files: number
  /** Of everything in the archive, also what isn't taken. */
  readonly bytes: number
}

/** Throws DownloadError("wrongFile"), the file system's error, or the signal's reason; then nothing is left of it. */
export async function unpackPrograms(job: Unpacking, signal: AbortSignal): Promise<void> {
  const draft = `${job.to}.unpacking`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft)
  try {
    await unpackInto(draft, job, signal)
    await rm(job.to, { recursive: true, force: true })
    await settle(draft, job.to, job.disk ?? nodeDisk)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    signal.throwIfAborted()
    throw isOfArchive(error) ? refusal(job) : error
  }
}

async function unpackInto(draft: string, job: Unpacking, signal: AbortSignal): Promise<void> {
  const nameOf = entryNames(job)
  const parser = new Parser({ strict: true })
  const writes: Promise<number>[] = []
  let fault: unknown
  let current: ReadEntry | undefined

  parser.on("error", error => {
    fault ??= error
  })
  // The next one comes when this one has been read to its end.
  parser.on("entry", (entry: ReadEntry) => {
    current = entry
    const skip = (error: unknown) => {
      fault ??= error
      entry.resume()
      return 0
    }
    writes.push(take(entry).catch(skip))
  })

  /** How many files came of it. */
  async function take(entry: ReadEntry): Promise<number> {
    const name = fault === undefined ? nameOf(entry) : undefined
    if (name === undefined) {
      entry.resume()
      return 0
    }
    const file = path.join(draft, name)
    await mkdir(path.dirname(file), { recursive: true })
    if ((await write(file, entry)) !== entry.size) throw refusal(job)
    return 1
  }

  const archive = createReadStream(job.archive)
  const pieces = archive.pipe(createGunzip())
  archive.once("error", error => pieces.destroy(error))
  try {
    for await (const piece of pieces) {
      signal.throwIfAborted()
      const isReady = parser.write(piece)
      if (fault !== undefined) throw fault
      if (!isReady) await once(parser, "drain")
    }
    const ended = once(parser, "end")
    parser.end()
    await ended
    const files = await Promise.all(writes)
    if (fault !== undefined) throw fault
    if (files.every(count => count === 0)) throw refusal(job)
  } finally {
    archive.destroy()
    // One that waits for bytes which won't come; whoever reads it finds it too short.
    current?.end()
    await Promise.all(writes)
  }
}

/** The path of an entry under `from`; undefined: it isn't wanted. Throws at the first that must not be there. */
function entryNames(job: Unpacking): (entry: ReadEntry) => string | undefined {
  const seen = new Set<string>()
  let bytes = 0
  return ({ type, path: name, size }) => {
    const isNew = !seen.has(name.toLowerCase())
    seen.add(name.toLowerCase())
    bytes += size
    const isKnown = type === "File" || type === "Directory"
    const isBounded = bytes <= job.limits.bytes && seen.size <= job.limits.files
    if (!isNew || !isKnown || !isBounded || !plainPath.test(name)) throw refusal(job)
    return type === "File" && name.startsWith(`${job.from}/`) ? name.slice(job.from.length + 1) : undefined
  }
}

/** No empty, hidden or special segment, so none that leads up or to a root, on any system. */
const plainPath = /^(?:[\w@+-][\w@.+-]*\/)*[\w@+-][\w@.+-]*\/?$/

/** Bytes written, on the disk when it resolves. */
async function write(file: string, entry: ReadEntry): Promise<number> {
  const handle = await open(file, "wx")
  try {
    let bytes = 0
    for await (const piece of entry) bytes += (await handle.write(piece)).bytesWritten
    await syncIfItCan(() => handle.sync())
    return bytes
  } finally {
    await handle.close()
  }
}

function refusal({ host }: Pick<Unpacking, "host">): DownloadError {
  return new DownloadError({ kind: "wrongFile", host, what: "format" })
}

/** Of tar or zlib: what came isn't an archive, or is damaged. */
function isOfArchive(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(TAR_|Z_)/.test(String(error.code))
}
