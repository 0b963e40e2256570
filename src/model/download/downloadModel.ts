// One model's download from its first byte to its final names, by whoever holds the folder's lock: list, room, bytes,
// check, rename. Wherever it is stopped, the next call goes on from there; a file under a final name was checked.
import { mkdir, open, rm, stat } from "node:fs/promises"
import path from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import type { Disk } from "./disk.ts"
import { DownloadError, type DownloadFault, faultOf } from "./downloadFault.ts"
import type { DownloadLimits } from "./downloadLimits.ts"
import {
  type DownloadRecord,
  type DownloadSource,
  partPath,
  readRecord,
  recordPath,
  removeRecord,
  writeRecord,
} from "./downloadRecord.ts"
import { fileSha256 } from "./fileSha256.ts"
import type { RemoteFile } from "./hubListing.ts"
import { hostOf } from "./openUrl.ts"
import { openPartFile, type PartFile, syncBytes } from "./partFile.ts"
import { transferFile } from "./transferFile.ts"

export type DownloadStep =
  | { readonly kind: "listing" }
  | { readonly kind: "running"; readonly bytes: number; readonly total: number }
  | { readonly kind: "waiting"; readonly bytes: number; readonly total: number }
  /** `bytes` of this file are read. */
  | { readonly kind: "checking"; readonly bytes: number; readonly total: number }

export type DownloadOutcome =
  /** Path of the file to load: the only or the first part. */
  | { readonly kind: "ready"; readonly path: string }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly fault: DownloadFault }

export type DownloadJob = {
  readonly source: DownloadSource
  readonly label: string
  readonly folder: string
  /** Asks which files there are. */
  readonly list: (signal: AbortSignal) => Promise<readonly RemoteFile[]>
  readonly disk: Disk
  readonly limits: DownloadLimits
  readonly onStep: (step: DownloadStep) => void
}

type Entry = DownloadRecord["files"][number]

/** Free space beyond the file's own, as a factor. */
const roomFactor = 1.05

/** Never throws. */
export async function downloadModel(job: DownloadJob, signal: AbortSignal): Promise<DownloadOutcome> {
  try {
    return { kind: "ready", path: await runOrRelist(job, signal) }
  } catch (error) {
    if (signal.aborted) return { kind: "stopped" }
    return { kind: "failed", fault: await withSpace(faultOf(error), job) }
  }
}

/** A server whose file has another size than in the record may have another file by now. */
async function runOrRelist(job: DownloadJob, signal: AbortSignal): Promise<string> {
  try {
    return await run(job, signal)
  } catch (error) {
    const isSize =
      error instanceof DownloadError && error.fault.kind === "wrongFile" && error.fault.what === "size"
    const known = isSize ? await readRecord(recordPath(job.folder, job.source)) : undefined
    if (known === undefined) throw error
    const files = await withRetries(job, signal)
    const isSame = (file: RemoteFile, at: number) =>
      file.bytes === known.files[at]?.bytes && file.sha256 === known.files[at]?.sha256
    if (files.every(isSame)) throw error
    await removeRecord(job.folder, job.source)
    return run({ ...job, list: async () => files }, signal)
  }
}

async function run(job: DownloadJob, signal: AbortSignal): Promise<string> {
  const { folder, source, disk, limits, onStep } = job
  await mkdir(folder, { recursive: true })
  const record = await begunRecord(job, signal)
  const total = record.files.reduce((sum, { bytes }) => sum + bytes, 0)
  let behind = 0
  for (const entry of record.files) {
    if (!(await isThere(entry))) await bring(entry)
    behind += entry.bytes
  }
  await removeRecord(folder, source)
  return path.join(folder, record.files[0]?.name ?? "")

  async function isThere(entry: Entry): Promise<boolean> {
    const final = path.join(folder, entry.name)
    const size = await sizeOf(final)
    if (size === undefined) return false
    if (size === entry.bytes && entry.isDone === true) return true
    const isOurs =
      size === entry.bytes && (entry.sha256 === undefined || (await checked(final, entry)) === entry.sha256)
    if (!isOurs) throw new DownloadError({ kind: "inTheWay", name: entry.name })
    entry.wasThere = true
    await done(entry)
    return true
  }

  async function bring(entry: Entry): Promise<void> {
    const file = partPath(folder, entry.name)
    const part = await openPartFile(disk, file, await goodBytes(entry))
    record.isClean = false
    let sum: string | undefined
    try {
      await requireRoom(part)
      await transferFile({
        file: entry,
        part,
        known: entry.tag,
        limits,
        signal,
        async onTag(tag) {
          if (tag === undefined) delete entry.tag
          else entry.tag = tag
          await writeRecord(folder, record)
        },
        onBytes: bytes => onStep({ kind: "running", bytes: behind + bytes, total }),
        onWaiting: waiting =>
          onStep({ kind: waiting ? "waiting" : "running", bytes: behind + part.bytes, total }),
      })
      sum = part.sha256()
    } finally {
      await part.close()
      record.isClean = true
      await writeRecord(folder, record)
    }
    sum ??= await checked(file, entry)
    if (entry.sha256 !== undefined && sum !== entry.sha256) {
      await rm(file, { force: true })
      // Next time the listing is read afresh: it may have been what was wrong.
      await removeRecord(folder, source)
      throw new DownloadError({ kind: "wrongFile", host: hostOf(entry.url), what: "hash" })
    }
    await settle(file, path.join(folder, entry.name), disk)
    await done(entry)
  }

  async function checked(file: string, entry: Entry): Promise<string> {
    const onBytes = (bytes: number) => onStep({ kind: "checking", bytes, total: entry.bytes })
    return fileSha256(disk, file, onBytes, signal)
  }

  async function done(entry: Entry): Promise<void> {
    entry.isDone = true
    await writeRecord(folder, record)
  }

  /** Of the part file; the end of one that was left by a crash may be worthless. */
  async function goodBytes(entry: Entry): Promise<number> {
    const size = Math.min((await sizeOf(partPath(folder, entry.name))) ?? 0, entry.bytes)
    return record.isClean ? size : Math.max(0, size - syncBytes)
  }

  async function requireRoom(part: PartFile): Promise<void> {
    const later = record.files.filter(each => each.isDone !== true).reduce((sum, { bytes }) => sum + bytes, 0)
    const needed = Math.ceil(later * roomFactor) - part.bytes
    const free = await disk.freeBytes(folder)
    if (free !== undefined && free < needed) throw new DownloadError({ kind: "noSpace", free, needed })
  }
}

/** The record of a download that was begun here and still fits, else a fresh one. */
async function begunRecord(job: DownloadJob, signal: AbortSignal): Promise<DownloadRecord> {
  const { folder, source, label } = job
  const known = await readRecord(recordPath(folder, source))
  const isSame = known !== undefined && JSON.stringify(known.source) === JSON.stringify(source)
  if (isSame && known.files.length > 0) return known
  job.onStep({ kind: "listing" })
  const files = await withRetries(job, signal)
  const fresh: DownloadRecord = {
    version: 1,
    source,
    label,
    // A part file without a record is nobody's.
    isClean: true,
    files: files.map(file => ({ ...file })),
  }
  for (const { name } of [...(known?.files ?? []), ...files])
    await rm(partPath(folder, name), { force: true })
  await writeRecord(folder, fresh)
  return fresh
}

async function withRetries(job: DownloadJob, signal: AbortSignal): Promise<readonly RemoteFile[]> {
  const { limits } = job
  for (let attempt = 1; ; attempt++) {
    try {
      return await job.list(signal)
    } catch (error) {
      signal.throwIfAborted()
      const fault = error instanceof DownloadError ? error.fault : undefined
      const mayHeal = fault === undefined || (fault.kind === "refused" && fault.status >= 429)
      if (!mayHeal || attempt >= Math.min(3, limits.attempts))
        throw fault === undefined ? new DownloadError({ kind: "offline", host: "" }) : error
    }
    await wait(limits.pauseMs * 2 ** (attempt - 1), undefined, { signal })
  }
}

/** To its final name; a scanner on Windows may hold a fresh file for a moment. */
async function settle(from: string, to: string, disk: Disk): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await disk.rename(from, to)
      break
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : ""
      if (process.platform !== "win32" || attempt >= 10 || !/^(EPERM|EBUSY|EACCES)$/.test(code)) throw error
      await wait(200 * (attempt + 1))
    }
  }
  if (process.platform === "win32") return
  const folder = await open(path.dirname(to), "r")
  await folder.sync().finally(() => folder.close())
}

/** A full disk is told with figures. */
async function withSpace(
  fault: DownloadFault,
  { folder, source, disk }: DownloadJob,
): Promise<DownloadFault> {
  if (fault.kind !== "folder" || !/^(ENOSPC|EDQUOT)$/.test(fault.code)) return fault
  const { total, bytes } = await sizeHere(folder, source)
  const free = (await disk.freeBytes(folder)) ?? 0
  return { kind: "noSpace", free, needed: Math.max(0, total - bytes) }
}

/** Bytes of the download that are on the disk, and of all of it; zeros where there is none. */
export async function sizeHere(
  folder: string,
  source: DownloadSource,
): Promise<{ readonly bytes: number; readonly total: number }> {
  const files = (await readRecord(recordPath(folder, source)))?.files ?? []
  let bytes = 0
  for (const { name, bytes: whole, isDone } of files)
    bytes += isDone === true ? whole : Math.min((await sizeOf(partPath(folder, name))) ?? 0, whole)
  return { bytes, total: files.reduce((sum, each) => sum + each.bytes, 0) }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch {
    return undefined
  }
}
