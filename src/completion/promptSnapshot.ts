// What of a prompt stays frozen while the user types: related code, recent edits, the text after the cursor, and
// where the window begins. Renewed when the cursor leaves the region; the stable parts outlive the volatile ones.
import { editsFor, type RecentEdit } from "../context/recentEdits.ts"
import { type OpenDocument, type RelatedPassage, relatedPassages } from "../context/relatedPassages.ts"
import type { PromptParts } from "./completionPrompt.ts"
import type { PromptLimits } from "./promptBudget.ts"
import type { SuggestRequest } from "./suggestion.ts"
import { restOfLine } from "./whyNot.ts"

export type PromptSnapshot = {
  readonly path: string
  readonly languageId: string
  readonly related: readonly RelatedPassage[]
  readonly edits: readonly RecentEdit[]
  readonly suffix: string
  /** The line, counted from 0, where the window begins, and its first lines: it is found again if lines above it come. */
  readonly windowStart: number
  readonly windowHead: string
  /** Characters; when the window grows beyond, its start moves. */
  readonly windowLimit: number
}

/** What the repository gives; asked only when a snapshot is made. */
export type Sources = {
  /** Without the one at the cursor; the last used first. */
  readonly documents: () => readonly OpenDocument[]
  /** The oldest first. */
  readonly edits: () => readonly RecentEdit[]
}

/** Why a snapshot is asked for: `typing` keeps what still fits, `idle` renews all parts that changed. */
export type Occasion = "typing" | "idle"

type Place = Pick<SuggestRequest, "path" | "languageId" | "before" | "firstLine" | "after">

/** The previous snapshot itself where it still fits. */
export function promptSnapshot(
  previous: PromptSnapshot | undefined,
  place: Place,
  sources: Sources,
  limits: PromptLimits,
  occasion: Occasion,
): PromptSnapshot {
  const { path, languageId, before, after } = place
  const known = previous?.path === path && previous.languageId === languageId ? previous : undefined
  const following = linesAfter(after)
  const keepsSuffix = known !== undefined && suffixFits(known.suffix, following)
  const keepsWindow = known !== undefined && windowOf(known, place) !== undefined
  if (known !== undefined && keepsSuffix && keepsWindow && occasion === "typing") return known

  const suffix =
    keepsSuffix && occasion === "typing" ? known.suffix : wholeLines(following, limits.suffix).join("\n")
  const window =
    known !== undefined && keepsWindow
      ? { start: known.windowStart, head: known.windowHead, limit: known.windowLimit }
      : windowFor(place, limits.window)
  const cursorLine = place.firstLine + before.split("\n").length - 1
  const shown = { path, firstLine: window.start, lastLine: cursorLine + 1 }
  const renewed: PromptSnapshot = {
    path,
    languageId,
    related:
      known !== undefined && occasion === "typing"
        ? known.related
        : relatedPassages(
            `${before.slice(-2000)}\n${after.slice(0, 500)}`,
            sources.documents(),
            limits.related,
          ),
    edits:
      keepsSuffix && occasion === "typing" ? known.edits : editsFor(sources.edits(), shown, limits.edits),
    suffix,
    windowStart: window.start,
    windowHead: window.head,
    windowLimit: window.limit,
  }
  return known !== undefined && JSON.stringify(known) === JSON.stringify(renewed) ? known : renewed
}

/** The prompt at a place for which the snapshot was made or still fits. */
export function promptParts(snapshot: PromptSnapshot, place: Place): PromptParts {
  const { path, languageId, related, edits, suffix } = snapshot
  return { path, languageId, related, edits, suffix, window: windowOf(snapshot, place) ?? place.before }
}

/** From the snapshot's first line to the cursor; undefined when that line is gone or the text has grown too long. */
function windowOf(snapshot: PromptSnapshot, { before, firstLine }: Place): string | undefined {
  const head = snapshot.windowHead === "" ? "" : `${snapshot.windowHead}\n`
  for (const moved of moves) {
    const start = offsetOfLine(before, snapshot.windowStart - firstLine + moved)
    if (start === undefined || !before.startsWith(head, start)) continue
    return before.length - start <= snapshot.windowLimit ? before.slice(start) : undefined
  }
  return undefined
}

/** Lines that may have come or gone above the window: an import, mostly. */
const moves = [0, 1, -1, 2, -2, 3, -3]

const blockLines = 32

/** Begins at a multiple of 32 lines where one leaves room to type on, else as late as a line must. */
function windowFor({ before, firstLine }: Place, limit: number) {
  const lines = before.split("\n")
  let start = lines.length - 1
  let length = lines[start]?.length ?? 0
  const roomy = limit * 0.75
  while (start > 0 && length + (lines[start - 1]?.length ?? 0) + 1 <= roomy) {
    start--
    length += (lines[start]?.length ?? 0) + 1
  }
  const block = Math.ceil((firstLine + start) / blockLines) * blockLines - firstLine
  const chosen = start > 0 && block <= lines.length - 1 - blockLines / 4 ? block : start
  return {
    start: firstLine + chosen,
    head: lines.slice(chosen, Math.min(chosen + 3, lines.length - 1)).join("\n"),
    // A single line may be longer than the limit.
    limit: Math.max(limit, before.length - (offsetOfLine(before, chosen) ?? 0) + limit / 4),
  }
}

const comparedLines = 8
const fewLines = 3

/** The lines after the cursor are the frozen ones but for up to three that came or went at their beginning. */
function suffixFits(suffix: string, following: readonly string[]): boolean {
  const frozen = suffix === "" ? [] : suffix.split("\n")
  const compared = frozen.slice(0, comparedLines)
  if (compared.every(line => line.trim() === ""))
    return following.slice(0, 40).filter(line => line.trim() !== "").length <= fewLines
  for (let shift = 0; shift <= fewLines; shift++) {
    if (sameLines(compared, following.slice(shift))) return true
    if (shift > 0 && shift < compared.length && sameLines(compared.slice(shift), following)) return true
  }
  return false
}

function sameLines(wanted: readonly string[], lines: readonly string[]): boolean {
  return wanted.every((line, index) => line === (lines[index] ?? ""))
}

/** The lines after the cursor's own. */
function linesAfter(after: string): readonly string[] {
  const rest = restOfLine(after)
  return rest.length === after.length ? [] : after.slice(rest.length + 1).split("\n", 400)
}

function wholeLines(lines: readonly string[], limit: number): readonly string[] {
  let left = limit
  const end = lines.findIndex(line => {
    left -= line.length + 1
    return left < 0
  })
  return end < 0 ? lines : lines.slice(0, end)
}

function offsetOfLine(text: string, line: number): number | undefined {
  if (line < 0) return undefined
  let offset = 0
  for (let passed = 0; passed < line; passed++) {
    const end = text.indexOf("\n", offset)
    if (end < 0) return undefined
    offset = end + 1
  }
  return offset
}
