// Which parts of a Markdown text are code, line by line, while the text arrives. The same rules as blankCode, which
// needs the whole text.

export interface CodeLines {
  /** Whether the next line begins inside a fenced block. */
  readonly isFenced: boolean
  /** The next line, without its line feed: as long as it was, with its code blank. */
  next(line: string): string
}

type Run = { readonly at: number; readonly length: number }

export function codeLines(): CodeLines {
  /** Backticks of the open fence; 0: none is open. */
  let fence = 0
  return {
    get isFenced() {
      return fence > 0
    },
    next(line) {
      const runs = Array.from(
        line.matchAll(/`+/g),
        ({ index, 0: { length } }): Run => ({ at: index, length }),
      )
      const closing = closingRuns(runs)
      const parts: string[] = []
      let shown = 0
      let index = 0
      const blank = (from: number, to: number) => {
        parts.push(line.slice(shown, from), " ".repeat(to - from))
        shown = to
      }
      if (fence > 0) {
        index = runs.findIndex(({ length }) => length === fence)
        const close = runs[index]
        blank(0, close === undefined ? line.length : close.at + close.length)
        if (close === undefined) return parts.join("")
        fence = 0
        index++
      }
      for (; index < runs.length; index++) {
        const run = runs[index]
        const close = closing[index]
        const end = close === undefined ? undefined : runs[close]
        if (run === undefined) break
        if (close !== undefined && end !== undefined) {
          blank(run.at, end.at + end.length)
          index = close
        } else if (run.length >= 3) {
          fence = run.length
          blank(run.at, line.length)
          break
        }
      }
      return parts.join("") + line.slice(shown)
    },
  }
}

/** For each run the index of the next one that is as long; undefined if there is none on this line. */
function closingRuns(runs: readonly Run[]): readonly (number | undefined)[] {
  const next = new Map<number, number>()
  const closing: (number | undefined)[] = []
  for (let index = runs.length - 1; index >= 0; index--) {
    const length = runs[index]?.length ?? 0
    closing[index] = next.get(length)
    next.set(length, index)
  }
  return closing
}
