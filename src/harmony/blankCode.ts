// Hides the code of a markdown text, so that a search finds only what stands outside it.

type Run = { readonly at: number; readonly length: number; readonly line: number }

/** The text, as long as before, with its fenced blocks and code spans blank. An open fence reaches to the end. */
export function blankCode(text: string): string {
  const runs = backtickRuns(text)
  const closing = closingRuns(runs)
  const parts: string[] = []
  let shown = 0
  for (let index = 0; index < runs.length; index++) {
    const run = runs[index]
    if (run === undefined) break
    const close = closing[index]
    const end = close === undefined ? undefined : runs[close]
    const isFence = run.length >= 3
    if (!isFence && (end === undefined || end.line !== run.line)) continue
    const to = end === undefined ? text.length : end.at + end.length
    parts.push(text.slice(shown, run.at), " ".repeat(to - run.at))
    shown = to
    if (close === undefined) break
    index = close
  }
  return parts.join("") + text.slice(shown)
}

function backtickRuns(text: string): readonly Run[] {
  const runs: Run[] = []
  let line = 0
  for (const match of text.matchAll(/`+|\n/g)) {
    if (match[0] === "\n") line++
    else runs.push({ at: match.index, length: match[0].length, line })
  }
  return runs
}

/** For each run the index of the next one that is as long; undefined if there is none. */
function closingRuns(runs: readonly Run[]): readonly (number | undefined)[] {
  const next = new Map<number, number>()
  return runs
    .map((run, index) => ({ run, index }))
    .reverse()
    .map(({ run, index }) => {
      const closing = next.get(run.length)
      next.set(run.length, index)
      return closing
    })
    .reverse()
}
