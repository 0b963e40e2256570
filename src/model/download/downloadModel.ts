// One model's download from its first byte to its final names, by whoever holds the folder's lock: list, room, bytes,
// check, rename. Wherever it is stopped, the next call goes on from there; a file under a final name was checked.
import { mkdir } from "node:fs/promises"
import path from "node:path"
import { type Beginning, dropFinished, freshRecord, goodRecord } from "./begunRecord.ts"
import type { Disk } from "./disk.ts"
import { DownloadError, type DownloadFault, faultOf } from "./downloadFault.ts"
import type { DownloadLimits } from "./downloadLimits.ts"
import {
  type DownloadRecord,
  type DownloadSource,
  partPath,
  type RecordedFile,
  readRecord,
  recordPath,
  removeRecord,
  writeRecord,
} from "./downloadRecord.ts"
import { fileSha256 } from "./fileSha256.ts"
import { ggufArchitecture } from "./ggufArchitecture.ts"
import type { RemoteFile } from "./hubListing.ts"
import { listPatiently } from "./listPatiently.ts"
import { onceFree } from "./onceFree.ts"
import { hostOf } from "./openUrl.ts"
import { openPartFile, type PartFile, syncBytes } from "./partFile.ts"
import { roomNeeded } from "./roomNeeded.ts"
import { settle } from "./settle.ts"
import { sizeHere, sizeOf } from "./sizeHere.ts"
import { transferFile } from "./transferFile.ts"

export type DownloadStep =
  | { readonly kind: "listing" }
  | { readonly kind: "running"; readonly bytes: number; readonly total: number }
  | { readonly kind: "waiting"; readonly bytes: number; readonly total: number }
  /** `bytes` of this file are read. */
  | { readonly kind: "checking"; readonly bytes: number; readonly total: number }

export type DownloadOutcome =
  | {
      readonly kind: "ready"
      /** Of the file to load: the only or the first part. */
      readonly path: string
      /** Each file's SHA-256 is the one that was told of it. */
      readonly isChecked: boolean
    }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly fault: DownloadFault }

export type DownloadJob = {
  readonly source: DownloadSource
  /** Where a model of the catalogue is asked for: begun at another place, it is listed anew. */
  readonly place?: string
  readonly label: string
  readonly folder: string
  /** Asks which files there are. */
  readonly list: (signal: AbortSignal) => Promise<readonly RemoteFile[]>
  readonly disk: Disk
  readonly limits: DownloadLimits
  readonly onStep: (step: DownloadStep) => void
}

/** Never throws. */
export async function downloadModel(job: DownloadJob, signal: AbortSignal): Promise<DownloadOutcome> {
  try {
    const record = await runOrRelist(job, signal)
    return {
      kind: "ready",
      path: path.join(job.folder, record.files[0]?.name ?? ""),
      isChecked: record.files.every(({ sha256 }) => sha256 !== undefined),
    }
  } catch (error) {
    if (signal.aborted) return { kind: "stopped" }
    return { kind: "failed", fault: await withSpace(faultOf(error), job) }
  }
}

/** A server whose file has another size than in the record may have another file by now. */
async function runOrRelist(job: DownloadJob, signal: AbortSignal): Promise<DownloadRecord> {
  const beginning: Beginning = { place: undefined, ...job }
  const known = await goodRecord(beginning)
  await mkdir(job.folder, { recursive: true })
  try {
    return await run(job, known ?? (await freshRecord(beginning, await listed())), signal)
  } catch (error) {
    const isSize =
      error instanceof DownloadError && error.fault.kind === "wrongFile" && error.fault.what === "size"
    const record = isSize ? await readRecord(recordPath(job.folder, job.source)) : undefined
    if (record === undefined) throw error
    const files = await listPatiently(job, signal)
    const isSame = (file: RemoteFile, at: number) =>
      file.bytes === record.files[at]?.bytes && file.sha256 === record.files[at]?.sha256
    if (files.every(isSame)) throw error
    return run(job, await freshRecord(beginning, files), signal)
  }

  function listed(): Promise<readonly RemoteFile[]> {
    job.onStep({ kind: "listing" })
    return listPatiently(job, signal)
  }
}

async function run(job: DownloadJob, record: DownloadRecord, signal: AbortSignal): Promise<DownloadRecord> {
  const { folder, source, disk, limits, onStep } = job
  const total = record.files.reduce((sum, { bytes }) => sum + bytes, 0)
  let behind = 0
  for (const entry of record.files) {
    if (!(await isThere(entry))) await bring(entry)
    behind += entry.bytes
  }
  await dropFinished(folder, record, disk)
  return record

  async function isThere(entry: RecordedFile): Promise<boolean> {
    const final = path.join(folder, entry.name)
    const size = await sizeOf(final)
    if (size === undefined) return false
    if (size === entry.bytes && entry.isDone === true) return true
    if (size !== entry.bytes || !(await isThisFile(final, entry)))
      throw new DownloadError({ kind: "inTheWay", name: entry.name })
    entry.wasThere = true
    await done(entry)
    return true
  }

  /** One of which no SHA-256 is told must at least be a model of this kind. */
  async function isThisFile(file: string, entry: RecordedFile): Promise<boolean> {
    const sum = entry.sha256 ?? entry.expected
    if (sum !== undefined && (await checked(file, entry)) === sum) {
      entry.sha256 = sum
      return true
    }
    if (entry.sha256 !== undefined) return false
    const architecture = await ggufArchitecture(file)
    // Only the first part of several names it.
    return architecture === "gpt-oss" || (architecture === undefined && entry !== record.files[0])
  }

  async function bring(entry: RecordedFile): Promise<void> {
    const file = partPath(folder, entry)
    const sum = (await fetched(entry, file)) ?? (await checked(file, entry))
    if (sum === entry.expected) entry.sha256 = sum
    if (entry.sha256 !== undefined && sum !== entry.sha256) {
      await onceFree(() => disk.remove(file))
      // Next time the listing is read afresh: it may have been what was wrong.
      await removeRecord(folder, source, disk)
      throw new DownloadError({ kind: "wrongFile", host: hostOf(entry.url), what: "hash" })
    }
    if (entry.sha256 === undefined && entry.isMixed === true) {
      // It isn't the file that another address began: this address's own, from its first byte.
      await onceFree(() => disk.remove(file))
      delete entry.isMixed
      delete entry.tag
      return bring(entry)
    }
    await settle(file, path.join(folder, entry.name), disk)
    await done(entry)
  }

  /** The SHA-256 of what came; undefined when it must be read, as some of it came earlier. */
  async function fetched(entry: RecordedFile, file: string): Promise<string | undefined> {
    const part = await openPartFile(disk, file, await goodBytes(entry))
    record.isClean = false
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
          await writeRecord(folder, record, disk)
        },
        onBytes: bytes => onStep({ kind: "running", bytes: behind + bytes, total }),
        onWaiting: waiting =>
          onStep({ kind: waiting ? "waiting" : "running", bytes: behind + part.bytes, total }),
      })
      return part.sha256()
    } finally {
      await part.close()
      record.isClean = true
      await writeRecord(folder, record, disk)
    }
  }

  async function checked(file: string, entry: RecordedFile): Promise<string> {
    const onBytes = (bytes: number) => onStep({ kind: "checking", bytes, total: entry.bytes })
    return fileSha256(disk, file, onBytes, signal)
  }

  async function done(entry: RecordedFile): Promise<void> {
    entry.isDone = true
    await writeRecord(folder, record, disk)
  }

  /** Of the part file; the end of one that was left by a crash may be worthless. */
  async function goodBytes(entry: RecordedFile): Promise<number> {
    const size = Math.min((await sizeOf(partPath(folder, entry))) ?? 0, entry.bytes)
    return record.isClean ? size : Math.max(0, size - syncBytes)
  }

  async function requireRoom(part: PartFile): Promise<void> {
    const later = record.files.filter(each => each.isDone !== true).reduce((sum, { bytes }) => sum + bytes, 0)
    const needed = roomNeeded(later) - part.bytes
    const free = await disk.freeBytes(folder)
    if (free !== undefined && free < needed) throw new DownloadError({ kind: "noSpace", free, needed })
  }
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
