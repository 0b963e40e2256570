// Text search over the open folders: ripgrep does it, ignore rules and secret files are left out, and what was
// found passes the gate once more before anybody sees it.

import { pathClass } from "./pathClass.ts"
import type { PathGate } from "./pathGate.ts"
import { secretPatterns } from "./pathPatterns.ts"
import { refusals } from "./refusals.ts"
import { lineLimit } from "./ripgrepOutput.ts"
import { runRipgrep } from "./runRipgrep.ts"
import { searchGlob } from "./searchGlob.ts"
import type { PathRefusal, SearchMatch, SearchOptions, SearchResult, WorkspaceRoot } from "./workspace.ts"

export type FolderSearch = {
  readonly roots: readonly WorkspaceRoot[]
  readonly gate: PathGate
  readonly ripgrepPath: string
  /** Milliseconds for a whole search, and for a regex that may be slow; default 10,000 and 1,800. */
  readonly timeLimits?: { readonly search: number; readonly slowRegex: number }
}

const defaultTimeLimits = { search: 10_000, slowRegex: 1_800 }
const longestQuery = 1_000

/** Matches given at most, whatever was asked for. */
const matchLimit = 1_000

/** Searches all folders, one after the other. Matches come sorted by path and line. */
export async function searchFolders(
  folders: FolderSearch,
  query: string,
  options: SearchOptions,
  signal: AbortSignal,
): Promise<SearchResult | PathRefusal> {
  if (folders.roots.length === 0) return refusals.noFolder()
  const fault = faultOf(query)
  if (fault !== undefined) return refusals.badQuery(fault)
  const glob = searchGlob(options.glob)
  if (!glob) return refusals.badQuery("The glob can't be used. Write it like *.ts or src/**.")
  const limit = Math.min(Math.max(1, Math.floor(options.maxMatches)), matchLimit)
  const limits = folders.timeLimits ?? defaultTimeLimits
  const milliseconds = options.isRegex && mayBeSlow(query) ? limits.slowRegex : limits.search
  const deadline = performance.now() + milliseconds
  const found: { readonly root: WorkspaceRoot; readonly match: SearchMatch }[] = []
  let timedOut = false
  let tooLarge = false

  for (const root of folders.roots) {
    const end = await runRipgrep(
      {
        binary: folders.ripgrepPath,
        args: [
          ...fixedArgs,
          `--max-count=${limit + 1}`,
          ...glob.args,
          ...queryArgs(query, options),
          ...exclusions,
        ],
        folder: root.path,
        milliseconds: Math.max(1, deadline - performance.now()),
        onMatch(match) {
          if (glob.accepts(match.path) && pathClass(match.path.split("/")) !== "secret")
            found.push({ root, match })
          return found.length <= limit
        },
      },
      signal,
    )
    if (end.kind === "failed") return refusals.badQuery(`The search failed: ${end.said}`)
    if (end.kind === "notStarted")
      return {
        ok: false,
        kind: "unreadable",
        sentence: "Text search isn't available here: it could not be started.",
      }
    timedOut = end.kind === "timedOut"
    tooLarge = end.kind === "tooMuchMemory"
    if (end.kind !== "done") break
  }
  const matches = await letThrough(found.slice(0, limit), folders)
  if (timedOut && matches.length === 0) return refusals.timedOut(milliseconds / 1000)
  if (tooLarge && matches.length === 0) return refusals.tooLargeToSearch()
  matches.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line))
  return {
    ok: true,
    matches,
    truncated: timedOut || tooLarge || found.length > limit,
    ...(timedOut ? { timedOut } : {}),
  }
}

function faultOf(query: string): string | undefined {
  if (query === "") return "The query is empty."
  if (query.length > longestQuery) return `The query is longer than ${longestQuery} characters.`
  if (/[\0\n\r]/.test(query)) return "The query must be text of one line."
  return undefined
}

/** Every file once more through the gate; shown as the gate shows it. */
async function letThrough(
  found: readonly { readonly root: WorkspaceRoot; readonly match: SearchMatch }[],
  { gate, roots }: FolderSearch,
): Promise<SearchMatch[]> {
  const texts = found.map(({ root, match }) =>
    roots.length > 1 ? `${root.path}/${match.path}` : `./${match.path}`,
  )
  const checks = [...new Set(texts)].map(async text => [text, await gate.check(text, "search")] as const)
  const checked = new Map(await Promise.all(checks))
  return found.flatMap(({ match }, index) => {
    const file = checked.get(texts[index] ?? "")
    return file?.ok ? [{ ...match, path: file.path }] : []
  })
}

function queryArgs(query: string, options: SearchOptions): readonly string[] {
  return [
    ...(options.isRegex ? [] : ["--fixed-strings"]),
    options.matchCase ? "--case-sensitive" : "--ignore-case",
    `--regexp=${query}`,
  ]
}

/** ripgrep's engine is linear in the text, but a pattern can still be huge: groups and counts multiply. */
function mayBeSlow(regex: string): boolean {
  return /[)}\]][*+?{]|\{\d{2,}|\.[*+].*\.[*+]/.test(regex)
}

const fixedArgs = [
  "--no-config",
  "--no-messages",
  "--no-follow",
  "--no-require-git",
  "--no-heading",
  "--with-filename",
  "--null",
  "--line-number",
  "--column",
  "--color=never",
  "--path-separator=/",
  `--max-columns=${lineLimit}`,
  "--max-columns-preview",
  // One more call to the system per file on Linux, a quarter of the whole time; there runRipgrep watches the memory.
  ...(process.platform === "linux" ? [] : ["--max-filesize=50M"]),
  // Without these a{1000}{1000} takes 770 MB before ripgrep gives up.
  "--regex-size-limit=5M",
  "--dfa-size-limit=20M",
] as const

// After the other globs, for the last one that matches wins; an ignore file of the repository can't lift them.
const exclusions = [".git", ...secretPatterns].map(pattern => `--iglob=!**/${pattern}`)
