// The last few edits of the user, as short hunks, each with its file. A list that is added to; knows no clock.
import type { Hunk } from "./changedLines.ts"
import { isSecretPath } from "./isSecretPath.ts"

export type RecentEdit = Hunk & {
  readonly path: string
  /** Milliseconds since 1970. */
  readonly at: number
}

const mostEdits = 8
const staleMs = 10 * 60_000

/** The list with one more; an edit of the same place replaces the one before. The oldest first. */
export function withEdit(edits: readonly RecentEdit[], edit: RecentEdit): readonly RecentEdit[] {
  const kept = edits.filter(({ path, line, at }) => {
    if (edit.at - at > staleMs) return false
    return path !== edit.path || Math.abs(line - edit.line) > edit.lines.length
  })
  return [...kept, edit].slice(-mostEdits)
}

/** Where the prompt shows the file itself, so that an edit there needs no telling. Lines counted from 0. */
export type Shown = { readonly path: string; readonly firstLine: number; readonly lastLine: number }

/** The newest that fit into `maxCharacters`, the oldest of them first. */
export function editsFor(
  edits: readonly RecentEdit[],
  shown: Shown,
  maxCharacters: number,
): readonly RecentEdit[] {
  const chosen: RecentEdit[] = []
  let left = maxCharacters
  for (const edit of edits.toReversed()) {
    if (isSecretPath(edit.path)) continue
    if (edit.path === shown.path && edit.line >= shown.firstLine && edit.line <= shown.lastLine) continue
    const size = edit.path.length + edit.lines.reduce((sum, line) => sum + line.length + 1, 0)
    if (size > left) break
    left -= size
    chosen.unshift(edit)
  }
  return chosen
}
