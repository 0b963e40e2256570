// The record that a download goes by: the one that was begun here, or a fresh one that keeps what is here already of
// the very same files, whichever source began them. Takes nothing that belongs to another download.
import type { Disk } from "./disk.ts"
import {
  type DownloadRecord,
  type DownloadSource,
  partKeyOf,
  partPath,
  type RecordedFile,
  readRecord,
  recordPath,
  removeRecord,
  sourceKey,
  unfinishedRecords,
  writeRecord,
} from "./downloadRecord.ts"
import type { RemoteFile } from "./hubListing.ts"
import { onceFree } from "./onceFree.ts"

export type Beginning = {
  readonly folder: string
  readonly source: DownloadSource
  /** Where a model of the catalogue is asked for; what was begun at another place has another's addresses. */
  readonly place: string | undefined
  readonly label: string
  readonly disk: Disk
}

/** Undefined: there is none, or it was begun at another place. */
export async function goodRecord({ folder, source, place }: Beginning): Promise<DownloadRecord | undefined> {
  const known = await readRecord(recordPath(folder, source))
  if (known === undefined || known.files.length === 0) return undefined
  return sourceKey(known.source) === sourceKey(source) && known.place === place ? known : undefined
}

/** Of these files, written. Records of the same files that others began are superseded by it. */
export async function freshRecord(
  beginning: Beginning,
  files: readonly RemoteFile[],
): Promise<DownloadRecord> {
  const { folder, source, place, label, disk } = beginning
  const own = await readRecord(recordPath(folder, source))
  const others = (await unfinishedRecords(folder)).filter(
    each => sourceKey(each.source) !== sourceKey(source),
  )
  const begun = [...(own === undefined ? [] : [own]), ...others]
  const kept = files.map(file => keptOf(file, begun))
  const fresh: DownloadRecord = {
    version: 1,
    source,
    ...(place !== undefined && { place }),
    label,
    isClean: kept.every(each => each?.from.isClean !== false),
    files: files.map((file, at) => kept[at]?.file ?? newFile(file, source, others)),
  }
  // What this source began of other files is worth nothing any more, and a part without a record is nobody's.
  const keptParts = new Set(kept.flatMap(each => (each === undefined ? [] : [partPath(folder, each.file)])))
  const parts = [...(own?.files ?? []), ...fresh.files].map(file => partPath(folder, file))
  for (const part of parts)
    if (!keptParts.has(part) && !others.some(each => hasPart(each, folder, part)))
      await onceFree(() => disk.remove(part))
  await writeRecord(folder, fresh, disk)
  for (const other of others)
    if (other.files.every(each => keptParts.has(partPath(folder, each))))
      await removeRecord(folder, other.source, disk)
  return fresh
}

/** After a download has come to its end: others of the same files have nothing left to do. */
export async function dropFinished(folder: string, done: DownloadRecord, disk: Disk): Promise<void> {
  await removeRecord(folder, done.source, disk)
  for (const other of await unfinishedRecords(folder)) {
    const isFinished = other.files.every(each => done.files.some(file => isSame(each, file, "perhaps")))
    if (!isFinished) continue
    for (const file of other.files) await onceFree(() => disk.remove(partPath(folder, file)))
    await removeRecord(folder, other.source, disk)
  }
}

type Kept = { readonly file: RecordedFile; readonly from: DownloadRecord }

/** What is here of a file, under its new address. */
function keptOf(file: RemoteFile, begun: readonly DownloadRecord[]): Kept | undefined {
  const wanted = withExpected(file, begun)
  for (const from of begun) {
    const same = from.files.find(each => isSame(each, wanted) || isSameAddress(each, wanted))
    if (same === undefined) continue
    const { isDone, wasThere, partKey, tag, isMixed } = same
    const isMoved = same.url !== file.url && !isSameAddress(same, wanted)
    const isUncertain = file.sha256 === undefined && (isMoved || isMixed === true)
    return {
      from,
      file: {
        ...wanted,
        ...(isDone !== undefined && { isDone }),
        ...(wasThere !== undefined && { wasThere }),
        ...(partKey !== undefined && { partKey }),
        ...(tag !== undefined && !isMoved && { tag }),
        ...(isUncertain && { isMixed: true }),
      },
    }
  }
  return undefined
}

function newFile(file: RemoteFile, source: DownloadSource, others: readonly DownloadRecord[]): RecordedFile {
  const fresh: RecordedFile = { ...withExpected(file, others) }
  const isTaken = others.some(each => hasPart(each, "", partPath("", fresh)))
  return isTaken ? { ...fresh, partKey: partKeyOf(source) } : fresh
}

/** A file that nothing vouches for is held to the one of its name and size that is known. */
function withExpected(file: RemoteFile, begun: readonly DownloadRecord[]): RemoteFile {
  if (file.sha256 !== undefined || file.expected !== undefined) return file
  const known = begun
    .flatMap(({ files }) => files)
    .find(({ name, bytes, sha256 }) => name === file.name && bytes === file.bytes && sha256 !== undefined)
  return known?.sha256 === undefined ? file : { ...file, expected: known.sha256 }
}

/** By name, size and SHA-256. "perhaps": one without a SHA-256 counts too. */
function isSame(one: RemoteFile, other: RemoteFile, how: "surely" | "perhaps" = "surely"): boolean {
  if (one.name !== other.name || one.bytes !== other.bytes) return false
  const sums = [one, other].map(({ sha256, expected }) => sha256 ?? expected)
  return sums.includes(undefined) ? how === "perhaps" : sums[0] === sums[1]
}

/** With another signature behind the "?", as of a link that ran out; the server's tag says whether it is the same file. */
function isSameAddress(one: RecordedFile, other: RemoteFile): boolean {
  const bare = (url: string) => url.replace(/[?#].*$/, "")
  return (
    one.bytes === other.bytes &&
    one.tag !== undefined &&
    bare(one.url) === bare(other.url) &&
    one.name === other.name
  )
}

function hasPart(record: DownloadRecord, folder: string, part: string): boolean {
  return record.files.some(each => partPath(folder, each) === part)
}
