// Takes away what is here of a download that was given up.
import path from "node:path"
import type { Disk } from "./disk.ts"
import { type DownloadSource, partPath, readRecord, recordPath, removeRecord } from "./downloadRecord.ts"
import { onceFree } from "./onceFree.ts"

/** By whoever holds the folder's lock. */
export async function deleteDownload(folder: string, source: DownloadSource, disk: Disk): Promise<void> {
  const record = await readRecord(recordPath(folder, source))
  for (const file of record?.files ?? []) {
    await onceFree(() => disk.remove(partPath(folder, file)))
    // Parts of a model that is given up; the record says that they came with it.
    if (file.isDone === true && file.wasThere !== true)
      await onceFree(() => disk.remove(path.join(folder, file.name)))
  }
  await removeRecord(folder, source, disk)
}
