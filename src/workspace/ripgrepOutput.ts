// Reads ripgrep's output as it comes: `path NUL line:column:text`. This form and not --json: there ripgrep cuts
// long lines itself, while a JSON record of a one-line file of 1 MB can be 50 MB long.

export type RipgrepMatch = {
  /** Relative to the searched folder, with `/`. */
  readonly path: string
  readonly line: number
  readonly text: string
}

/** Bytes of a line that ripgrep gives (`--max-columns`). */
export const lineLimit = 400

/** The reader of one run's output: bytes in, whole matches out. */
export function ripgrepOutput(): (bytes: Buffer) => readonly RipgrepMatch[] {
  let rest: Buffer = Buffer.alloc(0)
  return bytes => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const matches: RipgrepMatch[] = []
    let at = 0
    for (;;) {
      const nul = all.indexOf(0, at)
      const end = nul === -1 ? -1 : all.indexOf(10, nul)
      if (end === -1) break
      const match = readRecord(all.toString("utf8", at, nul), all.toString("utf8", nul + 1, end))
      if (match) matches.push(match)
      at = end + 1
    }
    rest = all.subarray(at)
    return matches
  }
}

function readRecord(beforeNul: string, afterNul: string): RipgrepMatch | undefined {
  // A remark of ripgrep about a binary file stands on a line of its own in front of the next path.
  const path = beforeNul.slice(beforeNul.lastIndexOf("\n") + 1)
  const parts = /^(\d+):\d+:/.exec(afterNul)
  if (!parts || !path.startsWith("./")) return undefined
  const text = afterNul.slice(parts[0].length).replace(/\r$/, "")
  return { path: path.slice(2), line: Number(parts[1]), text: withoutRemark(text) }
}

function withoutRemark(text: string): string {
  if (text.length <= lineLimit / 4) return text
  return text.replace(/ \[\.\.\. (?:omitted end of long line|\d+ more match(?:es)?)\]$/, "…")
}
