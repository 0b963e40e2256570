// Which of the downloads in a folder that aren't finished is shown to a person.
import { type DownloadSource, sourceKey, unfinishedRecords } from "./downloadRecord.ts"
import { sizeHere } from "./sizeHere.ts"

export type UnfinishedDownload = {
  readonly source: DownloadSource
  /** That are here, and of all of it. */
  readonly bytes: number
  readonly total: number
}

/** The preferred one where it is there, else the one with the most bytes here. */
export async function unfinishedDownload(
  folder: string,
  preferred: DownloadSource | undefined,
): Promise<UnfinishedDownload | undefined> {
  const sources = (await unfinishedRecords(folder)).map(({ source }) => source)
  const all = await Promise.all(
    sources.map(async source => ({ source, ...(await sizeHere(folder, source)) })),
  )
  const same = all.find(({ source }) => preferred !== undefined && sourceKey(source) === sourceKey(preferred))
  return same ?? all.toSorted((a, b) => b.bytes - a.bytes)[0]
}
