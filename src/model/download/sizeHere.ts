// How much of a download is on the disk, as far as its record tells.
import { stat } from "node:fs/promises"
import { type DownloadSource, partPath, readRecord, recordPath } from "./downloadRecord.ts"

/** Bytes of the download that are on the disk, and of all of it; zeros where there is none. */
export async function sizeHere(
  folder: string,
  source: DownloadSource,
): Promise<{ readonly bytes: number; readonly total: number }> {
  const files = (await readRecord(recordPath(folder, source)))?.files ?? []
  let bytes = 0
  for (const file of files)
    bytes +=
      file.isDone === true ? file.bytes : Math.min((await sizeOf(partPath(folder, file))) ?? 0, file.bytes)
  return { bytes, total: files.reduce((sum, each) => sum + each.bytes, 0) }
}

/** Undefined: it isn't there. */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch {
    return undefined
  }
}
