// Which lines an action is about, and what stands around them: whole lines, found by indentation alone, so it works
// in every language without a parser. Knows text, no editor.

/** Lines from 0; both ends belong to it. */
export type LineRange = { readonly first: number; readonly last: number }

/** Zero-based, as in every editor. */
export type TextPosition = { readonly line: number; readonly character: number }

export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/)
}

/** The first line end of the text; `\n` where there is none. */
export function lineEndOf(text: string): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? "\n"
}

export function textOfLines(lines: readonly string[], { first, last }: LineRange): string {
  return lines.slice(first, last + 1).join("\n")
}

/** The whole lines of a selection; a last line of which nothing is selected doesn't count. */
export function selectedLines(start: TextPosition, end: TextPosition): LineRange {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line
  return { first: start.line, last }
}

/** What is rewritten for a problem or a cursor: about a function, so that an answer comes soon. */
const mostLines = 30
const linesAround = 6

/**
 * The block these lines stand in: the widest one of at most 30 lines, with its first and last line and the comments
 * and decorators above it. Where even the innermost is longer: six lines around.
 */
export function enclosingLines(lines: readonly string[], { first, last }: LineRange): LineRange {
  const start = nearestText(lines, first)
  const within = { first: start, last: Math.max(start, nearestText(lines, last)) }
  if (within.last - within.first >= mostLines)
    return { first: within.first, last: within.first + mostLines - 1 }
  let best: LineRange | undefined
  for (let block = blockAt(lines, within); block !== undefined; block = outerBlock(lines, block)) {
    const whole = { ...block, first: withCommentsAbove(lines, block.first) }
    if (whole.last - whole.first >= mostLines) break
    best = whole
  }
  return (
    best ?? {
      first: Math.max(0, within.first - linesAround),
      last: Math.min(lines.length - 1, within.last + linesAround),
    }
  )
}

/** Whole lines before and after a range, at most so many characters together; two thirds of them before. */
export function surroundings(
  lines: readonly string[],
  { first, last }: LineRange,
  characters: number,
): { readonly before: string; readonly after: string } {
  const above = lines.slice(0, first).toReversed()
  const after = fitting(lines.slice(last + 1), characters / 3)
  const before = fitting(above, characters - lengthOf(after)).toReversed()
  return { before: before.join("\n"), after: after.join("\n") }
}

/** A line that closes or continues the block above it. */
const continues =
  /^\s*(?:[)\]}]|\{\s*$|(?:end|else|elif|elsif|except|catch|finally|rescue|ensure|fi|done|esac)\b)/

/** From a statement's first line to its last, at the least indentation in the range. */
function blockAt(lines: readonly string[], range: LineRange): LineRange | undefined {
  const indent = leastIndent(lines, range)
  if (indent === undefined) return undefined
  const isInside = (index: number) => {
    const line = lines[index] ?? ""
    return !hasText(line) || indentOf(line) > indent || (indentOf(line) === indent && continues.test(line))
  }
  let first = range.first
  while (first > 0 && isInside(first)) first--
  if (indentOf(lines[first] ?? "") < indent) first++
  let last = range.last
  while (last + 1 < lines.length && isInside(last + 1)) last++
  while (last > range.last && !hasText(lines[last] ?? "")) last--
  return { first: Math.min(first, range.first), last }
}

function outerBlock(lines: readonly string[], block: LineRange): LineRange | undefined {
  const indent = leastIndent(lines, block) ?? 0
  const header = lines.findLastIndex(
    (line, index) => index < block.first && hasText(line) && indentOf(line) < indent,
  )
  return header < 0 ? undefined : blockAt(lines, { first: header, last: block.last })
}

function withCommentsAbove(lines: readonly string[], first: number): number {
  let start = first
  while (start > 0 && /^\s*(?:@|\/\/|\/\*|\*)/.test(lines[start - 1] ?? "")) start--
  return start
}

/** The line itself, or the last one above that isn't blank. */
function nearestText(lines: readonly string[], line: number): number {
  const found = lines.findLastIndex((text, index) => index <= line && hasText(text))
  return found < 0 ? Math.min(line, lines.length - 1) : found
}

function leastIndent(lines: readonly string[], { first, last }: LineRange): number | undefined {
  const indents = lines
    .slice(first, last + 1)
    .filter(hasText)
    .map(indentOf)
  return indents.length === 0 ? undefined : Math.min(...indents)
}

/** Columns, a tab counting as four. */
function indentOf(line: string): number {
  return (/^[ \t]*/.exec(line)?.[0] ?? "").replaceAll("\t", "    ").length
}

function hasText(line: string): boolean {
  return line.trim() !== ""
}

/** As many lines from the beginning as there is room for. */
function fitting(lines: readonly string[], characters: number): readonly string[] {
  let used = 0
  const end = lines.findIndex(line => {
    used += line.length + 1
    return used > characters
  })
  return end < 0 ? lines : lines.slice(0, end)
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0)
}
