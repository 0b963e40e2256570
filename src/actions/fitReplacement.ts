// A model's code → what stands in the file instead of some lines: the file's indentation, the blank lines around
// it, no copy of the code before and after. Works with `\n`; line ends are the caller's.
import { linesOf } from "./codePassage.ts"

export type ReplacedPlace = {
  /** The lines that are replaced, and some of those around them. */
  readonly original: readonly string[]
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** The lines to stand there; none when the code is blank. */
export function fitReplacement(code: string, { original, before, after }: ReplacedPlace): readonly string[] {
  const answered = withoutBlankEnds(linesOf(code))
  const inner = withoutBlankEnds(original)
  const own = withoutCopyOfAfter(withoutCopyOfBefore(answered, before, inner[0]), after, inner.at(-1))
  if (own.length === 0) return []
  const [leading, trailing] = blankEnds(original)
  return [...leading, ...withIndentOf(inner, own), ...trailing]
}

/** The answer began earlier than asked: at least two lines with words, or one that the original's first follows. */
function withoutCopyOfBefore(
  code: readonly string[],
  before: readonly string[],
  next: string | undefined,
): readonly string[] {
  for (let count = Math.min(before.length, code.length - 1); count > 0; count--) {
    const copy = before.slice(-count)
    if (isCopy(code.slice(0, count), copy) && (wordLines(copy) >= 2 || same(code[count], next)))
      return withoutBlankEnds(code.slice(count))
  }
  return code
}

function withoutCopyOfAfter(
  code: readonly string[],
  after: readonly string[],
  previous: string | undefined,
): readonly string[] {
  for (let count = Math.min(after.length, code.length - 1); count > 0; count--) {
    const copy = after.slice(0, count)
    if (isCopy(code.slice(-count), copy) && (wordLines(copy) >= 2 || same(code.at(-count - 1), previous)))
      return withoutBlankEnds(code.slice(0, -count))
  }
  return code
}

function isCopy(lines: readonly string[], of: readonly string[]): boolean {
  return wordLines(of) > 0 && of.every((line, index) => same(line, lines[index]))
}

function wordLines(lines: readonly string[]): number {
  return lines.filter(line => /\w{2}/.test(line)).length
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.trim() === b.trim()
}

/** Models often begin at the margin: the common indentation is the original's, in the original's tabs or blanks. */
function withIndentOf(original: readonly string[], code: readonly string[]): readonly string[] {
  const wanted = commonIndent(original)
  const usesTabs = original.some(line => line.startsWith("\t"))
  const usesSpaces = original.some(line => line.startsWith(" "))
  const unified = usesTabs && !usesSpaces ? spacesToTabs(code) : code
  const found = commonIndent(unified)
  return unified.map(line => (line.trim() === "" ? "" : wanted + line.slice(found.length)))
}

/** Where every indented line is indented by blanks; the narrowest indentation is one tab. */
function spacesToTabs(code: readonly string[]): readonly string[] {
  const widths = code.flatMap(line => (/^ +(?=\S)/.exec(line)?.[0].length ?? 0) || [])
  if (widths.length === 0 || code.some(line => line.startsWith("\t"))) return code
  const unit = Math.max(2, Math.min(...widths))
  return code.map(line =>
    line.replace(/^ +/, run => "\t".repeat(Math.floor(run.length / unit)) + " ".repeat(run.length % unit)),
  )
}

/** The longest run of blanks and tabs that every line with text begins with. */
function commonIndent(lines: readonly string[]): string {
  const indents = lines.filter(line => line.trim() !== "").map(line => /^[ \t]*/.exec(line)?.[0] ?? "")
  const [first = "", ...rest] = indents
  let length = first.length
  for (const indent of rest) while (!indent.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}

function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  const [leading, trailing] = blankEnds(lines)
  return lines.slice(leading.length, lines.length - trailing.length)
}

/** The blank lines at both ends; all of them are leading ones when nothing else is there. */
function blankEnds(lines: readonly string[]): readonly [readonly string[], readonly string[]] {
  const first = lines.findIndex(line => line.trim() !== "")
  if (first < 0) return [lines, []]
  const last = lines.findLastIndex(line => line.trim() !== "")
  return [lines.slice(0, first), lines.slice(last + 1)]
}
