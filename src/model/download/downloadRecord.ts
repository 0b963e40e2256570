// What is known of a download that isn't finished, beside its files and readable after any crash: where it comes from,
// its files, and whether it was put down cleanly. Replaced atomically.
import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import * as v from "valibot"
import type { Disk } from "./disk.ts"
import { onceFree } from "./onceFree.ts"
import { settle } from "./settle.ts"

/** Models, and npm's archives. */
const plainName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.+ -]{0,180}\.(gguf|tgz)$/i))
const url = v.pipe(v.string(), v.maxLength(4096))
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const source = v.variant("kind", [
  v.object({
    kind: v.literal("catalogue"),
    id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]{0,99}$/)),
  }),
  v.object({ kind: v.literal("url"), url }),
])
const record = v.object({
  version: v.literal(1),
  source,
  /** Where a model of the catalogue was asked for; another place has other addresses. */
  place: v.exactOptional(url),
  label: v.pipe(v.string(), v.maxLength(200)),
  /** What is in a part file is all good: it was synced, and nothing was written since. */
  isClean: v.boolean(),
  files: v.array(
    v.object({
      name: plainName,
      url,
      bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
      sha256: v.exactOptional(sha256),
      /** Of a known file that has this name and size: what comes is probably that one. */
      expected: v.exactOptional(sha256),
      /** Its part holds bytes of another address, which are of the expected file. */
      isMixed: v.exactOptional(v.boolean()),
      /** Its part has this in its name, as the plain one is another download's. */
      partKey: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/))),
      tag: v.exactOptional(v.object({ tag: v.string(), origin: v.string() })),
      /** It was checked and has its final name. */
      isDone: v.exactOptional(v.boolean()),
      /** It had that name before, so it is the user's. */
      wasThere: v.exactOptional(v.boolean()),
    }),
  ),
})

export type DownloadRecord = v.InferOutput<typeof record>
export type DownloadSource = DownloadRecord["source"]
export type RecordedFile = DownloadRecord["files"][number]

const ending = ".download.json"

/** One per model or address, as a part of a file's name. */
export function sourceKey(of: DownloadSource): string {
  return of.kind === "catalogue" ? of.id : `url-${hash(of.url).slice(0, 16)}`
}

export function recordPath(folder: string, of: DownloadSource): string {
  return path.join(folder, `${sourceKey(of)}${ending}`)
}

/** Undefined: none, or one that can't be read. */
export async function readRecord(file: string): Promise<DownloadRecord | undefined> {
  try {
    const parsed = v.safeParse(record, JSON.parse(await readFile(file, "utf8")))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

/** By whoever holds the folder's lock: the draft's name is always the same. */
export async function writeRecord(folder: string, next: DownloadRecord, disk: Disk): Promise<void> {
  const file = recordPath(folder, next.source)
  const draft = `${file}.new`
  await onceFree(() => disk.write(draft, JSON.stringify(next)))
  await settle(draft, file, disk)
}

export async function removeRecord(folder: string, of: DownloadSource, disk: Disk): Promise<void> {
  const file = recordPath(folder, of)
  for (const each of [file, `${file}.new`]) await onceFree(() => disk.remove(each))
}

/** Of all downloads in the folder that aren't finished. */
export async function unfinishedRecords(folder: string): Promise<readonly DownloadRecord[]> {
  const names = await readdir(folder).catch(() => [])
  const files = names.filter(name => name.endsWith(ending)).map(name => path.join(folder, name))
  const records = await Promise.all(files.map(readRecord))
  // One under another name than its own would be shown, and never found to be removed.
  const isOwn = (each: DownloadRecord, at: number) => recordPath(folder, each.source) === files[at]
  return records.flatMap((each, at) => (each !== undefined && isOwn(each, at) ? [each] : []))
}

/** For the part of a file whose plain name is another download's. */
export function partKeyOf(of: DownloadSource): string {
  return hash(sourceKey(of)).slice(0, 8)
}

export function partPath(folder: string, { name, partKey }: Pick<RecordedFile, "name" | "partKey">): string {
  return path.join(folder, partKey === undefined ? `${name}.part` : `${name}.${partKey}.part`)
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}
