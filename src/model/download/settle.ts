// The last step of bringing something to the disk: its final name, which it gets when everything else is done.
import path from "node:path"
import type { Disk } from "./disk.ts"
import { onceFree } from "./onceFree.ts"
import { syncIfItCan } from "./syncIfItCan.ts"

/** To its final name, whatever has it; the name is on the disk when it resolves, where the disk can be asked for that. */
export async function settle(from: string, to: string, disk: Disk): Promise<void> {
  await onceFree(() => disk.rename(from, to))
  await syncIfItCan(async () => {
    const folder = await disk.open(path.dirname(to), "r")
    await folder.sync().finally(() => folder.close())
  })
}
