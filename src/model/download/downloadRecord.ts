// What is known of a download that isn't finished, beside its files and readable after any crash: where it comes from,
// its files, and whether it was put down cleanly. Replaced atomically.
import { readdir, readFile, rm } from "node:fs/promises"
import path from "node:path"
import * as v from "valibot"
import writeFileAtomic from "write-file-atomic"

const plainName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.+ -]{0,180}\.gguf$/i))
const source = v.variant("kind", [
  v.object({ kind: v.literal("catalogue"), id: v.pipe(v.string(), v.maxLength(100)) }),
  v.object({ kind: v.literal("url"), url: v.pipe(v.string(), v.maxLength(4096)) }),
])
const record = v.object({
  version: v.literal(1),
  source,
  label: v.pipe(v.string(), v.maxLength(200)),
  /** What is in a part file is all good: it was synced, and nothing was written since. */
  isClean: v.boolean(),
  files: v.array(
    v.object({
      name: plainName,
      url: v.pipe(v.string(), v.maxLength(4096)),
      bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
      sha256: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
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

const ending = ".download.json"

/** One per model and folder. */
export function recordPath(folder: string, source: DownloadSource): string {
  const name = source.kind === "catalogue" ? source.id : "other"
  return path.join(folder, `${name}${ending}`)
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

export async function writeRecord(folder: string, next: DownloadRecord): Promise<void> {
  await writeFileAtomic(recordPath(folder, next.source), JSON.stringify(next))
}

export async function removeRecord(folder: string, source: DownloadSource): Promise<void> {
  await rm(recordPath(folder, source), { force: true })
}

/** Of all downloads in the folder that aren't finished. */
export async function unfinishedRecords(folder: string): Promise<readonly DownloadRecord[]> {
  const names = await readdir(folder).catch(() => [])
  const files = names.filter(name => name.endsWith(ending)).map(name => path.join(folder, name))
  const records = await Promise.all(files.map(readRecord))
  return records.filter(each => each !== undefined)
}

export function partPath(folder: string, name: string): string {
  return path.join(folder, `${name}.part`)
}
