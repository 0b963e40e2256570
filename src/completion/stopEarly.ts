// Where a suggestion ends: at the line's end, where its block ends by indentation, where the text after the cursor
// is reached, at the closing fence, in a loop. Looks at the whole text so far, so chunks may fall anywhere.
import { indentOf, isClosingLine, opensBlock, type SuggestionShape } from "./suggestionShape.ts"

export type SoFar = {
  /** What of the text belongs to the suggestion. */
  readonly text: string
  /** Nothing more is wanted of the model. */
  readonly ended: boolean
}

/** `text`: all that the model wrote after the cursor. `languageId` decides what opens a block. */
export function stopEarly(
  text: string,
  shape: SuggestionShape,
  languageId: string,
  closingFence: string,
): SoFar {
  const [first = "", ...more] = text.split("\n")
  if (isFence(first, closingFence)) return { text: "", ended: true }
  const looped = loopStart(first)
  if (looped !== undefined) return { text: first.slice(0, looped), ended: true }
  if (shape.lines === "one") return { text: first, ended: more.length > 0 }
  if (shape.lines === "line") {
    if (more.length === 0 || !beginsBody(shape.linePrefix + first, languageId))
      return { text: first, ended: more.length > 0 }
    return block(first, more, { ...shape, because: "opened" }, languageId, closingFence)
  }
  if (first.trim() === "" && shape.linePrefix.trim() === "" && more.length > 0)
    return { text: "", ended: true }
  return block(first, more, shape, languageId, closingFence)
}

function block(
  first: string,
  more: readonly string[],
  shape: SuggestionShape,
  languageId: string,
  closingFence: string,
): SoFar {
  const kept = [first]
  let blanks = 0
  let compound = opensBlock(shape.linePrefix + first, languageId)
  for (const [index, line] of more.entries()) {
    const whole = index < more.length - 1
    // Only blanks so far: what stands there decides, and it isn't written yet.
    if (line.trim() === "" && !whole) break
    if (isFence(line, closingFence)) return end(kept)
    if (line.trim() === "") {
      if (++blanks > 1 || (shape.because === "described" && indentOf(first) <= shape.blockIndent))
        return end(kept)
      continue
    }
    if (whole && reaches(line, shape)) return end(kept)
    const indent = indentOf(line)
    if (indent < shape.blockIndent) return end(kept)
    if (indent === shape.blockIndent) {
      if (isClosingLine(line)) {
        if (closesElsewhere(shape, line)) return end(kept)
        if (!whole) break
        if (!opensBlock(line, languageId)) return end([...kept, line])
      } else if (shape.because === "opened" || compound) return end(kept)
    }
    if (blanks > 0) kept.push("")
    blanks = 0
    kept.push(line)
    compound ||= opensBlock(line, languageId)
    if (whole && repeatsThrice([shape.linePrefix + first, ...kept.slice(1)])) return end(kept.slice(0, -2))
  }
  return { text: kept.join("\n"), ended: false }
}

/** A body, not the arguments of a call: those come one line at a time. */
function beginsBody(line: string, languageId: string): boolean {
  return opensBlock(line, languageId) && !/[([]\s*$/.test(line)
}

function end(lines: readonly string[]): SoFar {
  return { text: lines.join("\n").trimEnd(), ended: true }
}

function isFence(line: string, closingFence: string): boolean {
  return line.trimEnd() === closingFence
}

/** The line is the one that follows the cursor anyway. Lone brackets say nothing. */
function reaches(line: string, { nextLine }: SuggestionShape): boolean {
  return nextLine !== undefined && line.trimEnd() === nextLine.trimEnd() && /[\p{L}\p{N}]/u.test(line)
}

/** The text after the cursor has the closing line already, here or at the end of the cursor's line. */
function closesElsewhere({ nextLine, restOfLine }: SuggestionShape, line: string): boolean {
  if (restOfLine.trim() !== "") return false
  return (
    nextLine !== undefined &&
    isClosingLine(nextLine) &&
    indentOf(nextLine) === indentOf(line) &&
    nextLine.trim().charAt(0) === line.trim().charAt(0)
  )
}

function repeatsThrice(lines: readonly string[]): boolean {
  const [a, b, c] = lines.slice(-3)
  return a !== undefined && a === b && b === c && a.trim() !== ""
}

/** Where a line begins to go round: at least four times the same and 24 characters in all; its second round. */
function loopStart(line: string): number | undefined {
  for (let period = 1; period <= 40 && period * 4 <= line.length; period++) {
    const unit = line.slice(-period)
    if (unit.trim() === "") continue
    let at = line.length - period
    while (at >= period && line.slice(at - period, at) === unit) at -= period
    const length = line.length - at
    if (length >= 24 && length >= period * 4) return at + period
  }
  return undefined
}
