// What changed between two texts of a file, as one short hunk: the lines between the first and the last that differ.

export type Hunk = {
  /** Of the first changed line, counted from 0. */
  readonly line: number
  /** As in a diff, each beginning with `-`, `+` or a blank; at most one unchanged line on either side. */
  readonly lines: readonly string[]
}

/** undefined: nothing changed but blanks, or more than `maxLines` lines. */
export function changedLines(before: string, after: string, maxLines = 12): Hunk | undefined {
  if (before === after) return undefined
  const [old, now] = [before.split("\n"), after.split("\n")]
  const shorter = Math.min(old.length, now.length)
  let head = 0
  while (head < shorter && old[head] === now[head]) head++
  let tail = 0
  while (tail < shorter - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++
  const removed = old.slice(head, old.length - tail)
  const added = now.slice(head, now.length - tail)
  if (removed.length + added.length > maxLines) return undefined
  if (removed.join("").trim() === added.join("").trim()) return undefined
  return {
    line: head,
    lines: [
      ...now.slice(Math.max(0, head - 1), head).map(line => ` ${line}`),
      ...removed.map(line => `-${line}`),
      ...added.map(line => `+${line}`),
      ...now.slice(now.length - tail, now.length - tail + 1).map(line => ` ${line}`),
    ],
  }
}
