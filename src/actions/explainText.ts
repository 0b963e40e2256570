// What the user asks the chat with Explain: the code itself is in the message, so no tool is needed to answer.

import { fencedCode } from "../base/fencedCode.ts"
import { oneLine } from "../base/oneLine.ts"
import type { Problem } from "./actionPrompt.ts"
import { type LineRange, linesOf, textOfLines } from "./codePassage.ts"

export type ExplainParts = {
  /** Relative to the workspace, with `/`. */
  readonly path: string
  readonly languageId: string
  /** The whole document. */
  readonly text: string
  readonly lines: LineRange
  /** Lines counted from the passage's first, as in the prompt of Fix; none: the code itself is to be explained. */
  readonly problems: readonly Problem[]
}

/** A user message for the chat. */
export function explainText({ path, languageId, text, lines, problems }: ExplainParts): string {
  const code = fencedCode(languageId, textOfLines(linesOf(text), lines))
  const place = `${oneLine(path)}, ${lineNumbers(lines)}`
  if (problems.length === 0) return `Explain this code (${place}):\n\n${code}`
  const listed = problems.map(({ line, message }) => `- Line ${lines.first + line}: ${oneLine(message)}`)
  return `Explain ${problems.length === 1 ? "this problem" : "these problems"} in the code below, and how to fix it:\n\n${listed.join("\n")}\n\n${place}:\n\n${code}`
}

function lineNumbers({ first, last }: LineRange): string {
  return first === last ? `line ${first + 1}` : `lines ${first + 1}–${last + 1}`
}
