// A folder of its own for a test, with files as given, gone when the test is over.
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"

/** Of node:test's context only what is used, so that benchmarks can give their own. */
export type Cleaner = { after(work: () => Promise<void>): void }

/** Makes the folder and returns its canonical path. Keys are paths with `/`; folders come by themselves. */
export async function temporaryFolder(
  cleaner: Cleaner,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "osprey-")))
  cleaner.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const folders = new Set(Object.keys(files).map(name => path.dirname(path.join(folder, name))))
  for (const each of folders) await mkdir(each, { recursive: true })
  const entries = Object.entries(files)
  for (let at = 0; at < entries.length; at += 200)
    await Promise.all(
      entries.slice(at, at + 200).map(([name, content]) => writeFile(path.join(folder, name), content)),
    )
  return folder
}
