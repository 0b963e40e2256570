// The entries of one folder, folders first, bounded. Knows nothing of workspaces or policies.
import { opendir } from "node:fs/promises"
import { foldCase } from "./foldName.ts"
import type { DirectoryEntry } from "./workspace.ts"

/** Entries given at most. */
export const listLimit = 500

/** Entries looked at at most; a folder with more is listed in part. */
const seenLimit = 20_000

/** Reads a folder; `omitted` is a lower bound beyond 20,000 entries. Throws what the file system throws. */
export async function listEntries(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly entries: readonly DirectoryEntry[]; readonly omitted: number }> {
  const entries: DirectoryEntry[] = []
  // Leaving the loop early closes the folder too.
  for await (const entry of await opendir(path, { bufferSize: 256 })) {
    signal.throwIfAborted()
    const kind = entry.isSymbolicLink() ? "link" : entry.isDirectory() ? "directory" : "file"
    entries.push({ name: entry.name, kind })
    if (entries.length === seenLimit) break
  }
  entries.sort(byKindAndName)
  return { entries: entries.slice(0, listLimit), omitted: Math.max(0, entries.length - listLimit) }
}

function byKindAndName(a: DirectoryEntry, b: DirectoryEntry): number {
  if ((a.kind === "directory") !== (b.kind === "directory")) return a.kind === "directory" ? -1 : 1
  return byCodeUnits(foldCase(a.name), foldCase(b.name)) || byCodeUnits(a.name, b.name)
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
