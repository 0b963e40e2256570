// The Workspace over the disk: folders as the user has them open, text of unsaved documents first. Nothing is
// scanned or watched; every call asks the gate anew.
import { diskFileSystem, type GateFileSystem } from "./gateFileSystem.ts"
import { lineWindow } from "./lineWindow.ts"
import { listEntries } from "./listEntries.ts"
import { openChecked } from "./openChecked.ts"
import { type CheckedPath, pathGate } from "./pathGate.ts"
import { reachLimit, readLimits, readLines } from "./readLines.ts"
import { refusals } from "./refusals.ts"
import { type FolderSearch, searchFolders } from "./searchFolders.ts"
import type {
  DirectoryListing,
  FileSlice,
  PathRefusal,
  ReadOptions,
  Workspace,
  WorkspaceRoot,
} from "./workspace.ts"

export type DiskWorkspaceOptions = {
  /** Read at every call, so a getter may give the folders of the moment. None: every call answers `noFolder`. */
  readonly roots: readonly WorkspaceRoot[]
  /** Absolute path of ripgrep's binary. */
  readonly ripgrepPath: string
  /** The text of an unsaved document; it counts more than the file. Asked with the asked and the real path. */
  readonly openText?: (absolutePath: string) => string | undefined
  /** Default: Node's. */
  readonly fileSystem?: GateFileSystem
  readonly timeLimits?: FolderSearch["timeLimits"]
}

/** Calls reject with the signal's reason on abort and never for another reason. */
export function diskWorkspace(options: DiskWorkspaceOptions): Workspace {
  const fileSystem = options.fileSystem ?? diskFileSystem
  const gate = pathGate({ roots: () => options.roots, fileSystem })

  return {
    get roots() {
      return options.roots
    },

    async readFile(path, range, signal) {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        signal.throwIfAborted()
        const checked = await gate.check(path, "read", range.approvedPath)
        if (!checked.ok) return checked
        const unsaved = options.openText?.(checked.askedPath) ?? options.openText?.(checked.realPath)
        if (unsaved !== undefined) return linesOf(unsaved, checked, range)
        const slice = await readChecked(checked, path, range, signal)
        if (slice !== "changed") return slice
      }
      return refusals.changed(path)
    },

    async listDirectory(path, signal) {
      signal.throwIfAborted()
      const checked = await gate.check(path, "list")
      if (!checked.ok) return checked
      let listing: DirectoryListing
      try {
        listing = { ok: true, path: checked.path, ...(await listEntries(checked.realPath, signal)) }
      } catch {
        signal.throwIfAborted()
        return refusals.unreadable(path)
      }
      // A folder can't be held while it is listed: the names count only if the path still leads to it.
      const again = await gate.check(path, "list")
      if (!again.ok) return again
      const same = again.realPath === checked.realPath && again.file?.ino === checked.file?.ino
      return same ? listing : refusals.changed(path)
    },

    searchText: (query, search, signal) =>
      searchFolders(
        {
          roots: options.roots,
          gate,
          ripgrepPath: options.ripgrepPath,
          ...(options.timeLimits ? { timeLimits: options.timeLimits } : {}),
        },
        query,
        search,
        signal,
      ),
  }

  async function readChecked(
    checked: CheckedPath,
    path: string,
    range: ReadOptions,
    signal: AbortSignal,
  ): Promise<FileSlice | PathRefusal | "changed"> {
    const opened = await openChecked(checked, fileSystem)
    if (!opened.ok) {
      if (opened.reason === "changed") return "changed"
      return opened.reason === "denied" ? refusals.problem(path, "denied") : refusals.unreadable(path)
    }
    try {
      const read = await readLines(opened.handle, range, signal)
      if (read.kind === "binary") return refusals.binary(path)
      if (read.kind === "tooFarDown") return refusals.tooFarDown(path, `${reachLimit / 1024 / 1024} MB`)
      return {
        ok: true,
        path: checked.path,
        ...read.lines,
        ...(read.wholeFileSeen ? {} : { lineCountIsMinimum: true }),
      }
    } catch {
      signal.throwIfAborted()
      return refusals.unreadable(path)
    } finally {
      await opened.handle.close()
    }
  }
}

/** An editor saves by renaming, so a file may be another one a moment later: worth trying again. */
const attempts = 3

function linesOf(text: string, checked: CheckedPath, range: ReadOptions): FileSlice {
  const window = lineWindow(range.startLine ?? 1, range.endLine, readLimits)
  window.push(text)
  return { ok: true, path: checked.path, ...window.result() }
}
