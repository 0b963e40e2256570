// The port to the folder the user has open. Every path that comes in here is text from a model or a page and
// passes pathGate.ts before anything is opened; there is no other way to a file.

export type WorkspaceRoot = {
  /** Shown, and used as first segment when several folders are open. */
  readonly name: string
  /** Absolute path in the file system. */
  readonly path: string
}

/** Why a path isn't simply opened. `needsApproval` may be opened after the user said yes to `path`. */
export type PathRefusal = {
  readonly ok: false
  readonly kind:
    | "outside"
    | "secret"
    | "notFound"
    | "notAFile"
    | "notADirectory"
    | "tooLarge"
    | "binary"
    | "badPath"
    | "badQuery"
    | "noFolder"
    | "timedOut"
    | "unreadable"
  /** A sentence the model can act on. */
  readonly sentence: string
  /** Set for kinds the user may allow (secret, outside through a symbolic link): the real target. */
  readonly approvable?: { readonly reason: "secret" | "outside"; readonly path: string }
}

export type FileSlice = {
  readonly ok: true
  /** Relative to its root with `/`, as shown. */
  readonly path: string
  readonly text: string
  /** Lines, counted from 1; nothing was there to read when `lastLine` is below `firstLine`. */
  readonly firstLine: number
  readonly lastLine: number
  readonly lineCount: number
  /** The lines asked for were cut by a limit. */
  readonly truncated: boolean
  /** The file wasn't read to its end: `lineCount` is a lower bound. */
  readonly lineCountIsMinimum?: true
}

export type DirectoryEntry = { readonly name: string; readonly kind: "file" | "directory" | "link" }
export type DirectoryListing = {
  readonly ok: true
  readonly path: string
  readonly entries: readonly DirectoryEntry[]
  /** Entries that were left out because of the limit. */
  readonly omitted: number
}

export type SearchMatch = { readonly path: string; readonly line: number; readonly text: string }
export type SearchResult = {
  readonly ok: true
  readonly matches: readonly SearchMatch[]
  /** More exist than were returned. */
  readonly truncated: boolean
  /** Time was up: what was found until then. */
  readonly timedOut?: true
}

export type ReadOptions = {
  /** 1-based, inclusive. */
  readonly startLine?: number
  readonly endLine?: number
  /** The real path the user allowed for this call (PathRefusal.approvable.path). */
  readonly approvedPath?: string
}

export type SearchOptions = {
  /** As in .gitignore, `{a,b}` allowed: `*.ts`, `src/**`; `!` in front excludes. */
  readonly glob?: string
  readonly isRegex: boolean
  readonly matchCase: boolean
  readonly maxMatches: number
}

export interface Workspace {
  readonly roots: readonly WorkspaceRoot[]
  readFile(path: string, options: ReadOptions, signal: AbortSignal): Promise<FileSlice | PathRefusal>
  listDirectory(path: string, signal: AbortSignal): Promise<DirectoryListing | PathRefusal>
  searchText(query: string, options: SearchOptions, signal: AbortSignal): Promise<SearchResult | PathRefusal>
}
