// The code in a model's answer: the first fenced block, however it is wrapped; an answer without a fence counts
// when it reads as code. Knows neither what was asked nor where the code goes.
import { linesOf } from "./codePassage.ts"

export type AnsweredCode =
  /** `closed`: the block has its end; what follows doesn't matter. */
  | { readonly found: "block"; readonly code: string; readonly closed: boolean }
  | { readonly found: "bare"; readonly code: string }
  | { readonly found: "nothing" }

type Fence = { readonly mark: string; readonly info: string }

/**
 * `original`: the code that is rewritten, for comparison. With `isWhole` false more text may come, so a fence in
 * the last line doesn't count yet: a language may still follow it.
 */
export function answeredCode(answer: string, original: string, isWhole: boolean): AnsweredCode {
  const lines = linesOf(answer)
  const start = lines.findIndex(line => fenceIn(line) !== undefined)
  const fence = fenceIn(lines[start] ?? "")
  if (fence !== undefined) {
    const end = closingLine(lines, start, fence, isWhole)
    const code = lines.slice(start + 1, end ?? lines.length).join("\n")
    return { found: "block", code, closed: end !== undefined }
  }
  return isCode(lines, original) ? { found: "bare", code: answer } : { found: "nothing" }
}

function fenceIn(line: string): Fence | undefined {
  const [, mark, info] = /^ {0,3}(`{3,}|~{3,})\s*([^`]*?)\s*$/.exec(line) ?? []
  return mark === undefined || info === undefined ? undefined : { mark, info }
}

/** A fence with a language opens a block within the block (Markdown, doc comments). */
function closingLine(
  lines: readonly string[],
  start: number,
  outer: Fence,
  isWhole: boolean,
): number | undefined {
  let depth = 1
  for (let index = start + 1; index < (isWhole ? lines.length : lines.length - 1); index++) {
    const fence = fenceIn(lines[index] ?? "")
    if (fence === undefined || fence.mark[0] !== outer.mark[0] || fence.mark.length < outer.mark.length)
      continue
    depth += fence.info === "" ? -1 : 1
    if (depth === 0) return index
  }
  return undefined
}

/** Most lines look like code or stand in the original, the first one among them. */
function isCode(lines: readonly string[], original: string): boolean {
  const known = new Set(linesOf(original).map(line => line.trim()))
  const texts = lines.map(line => line.trim()).filter(line => line !== "")
  const isCodeLine = (line: string) => known.has(line) || (/[(){}[\];=<>:]/.test(line) && !prose.test(line))
  const count = texts.filter(isCodeLine).length
  return isCodeLine(texts[0] ?? "") && count * 5 >= texts.length * 3
}

/** Begins as a sentence, and no word of it is followed by a bracket. */
const prose = /^(?:[-*>#]+ )?[A-Z][a-z']*(?: [\w'`,-]+){2,}/
