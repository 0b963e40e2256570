// What a suggestion at this cursor may be: the rest of one line, or a whole block where the syntax asks for one.
// Reads lines and their indentation; knows no grammar of any language.
import type { SuggestRequest } from "./suggestion.ts"
import { linePrefix, restOfLine } from "./whyNot.ts"

export type SuggestionShape = {
  /** `line`: one line, which becomes a block if it opens one. */
  readonly lines: "one" | "line" | "block"
  /** Columns; for a block, lines must be deeper than this, and a closing line at it ends the block. */
  readonly blockIndent: number
  /** For `block`: what the cursor's line is part of. `opened`: a block that was opened; `described`: a comment. */
  readonly because: "line" | "opened" | "described"
  readonly linePrefix: string
  readonly restOfLine: string
  /** The next line with text after the cursor's line, whole; undefined at the end of the file. */
  readonly nextLine: string | undefined
}

export function suggestionShape({
  before,
  after,
  languageId,
}: Pick<SuggestRequest, "before" | "after" | "languageId">): SuggestionShape {
  const prefix = linePrefix(before)
  const rest = restOfLine(after)
  const shared = {
    linePrefix: prefix,
    restOfLine: rest,
    nextLine: firstWithText(after.slice(rest.length).split("\n", 40)),
  }
  const one = { ...shared, lines: "one", blockIndent: indentOf(prefix), because: "line" } as const
  if (prose.has(languageId)) return one
  if (prefix.trim() !== "") {
    if (hasBody(shared.nextLine, prefix)) return one
    if (!opensBlock(prefix, languageId)) return rest.trim() === "" ? { ...one, lines: "line" } : one
    return { ...shared, lines: "block", blockIndent: indentOf(prefix), because: "opened" }
  }
  const above = lastWithText(before.slice(0, before.length - prefix.length))
  if (above === undefined || rest.trim() !== "") return one
  if (isComment(above) && indentOf(above) === indentOf(prefix))
    return { ...shared, lines: "block", blockIndent: indentOf(prefix), because: "described" }
  if (opensBlock(above, languageId) && indentOf(prefix) > indentOf(above))
    return { ...shared, lines: "block", blockIndent: indentOf(above), because: "opened" }
  return one
}

/** Columns of the blanks a line begins with; a tab reaches to the next multiple of four. */
export function indentOf(line: string): number {
  let columns = 0
  for (const character of line) {
    if (character === " ") columns++
    else if (character === "\t") columns += 4 - (columns % 4)
    else break
  }
  return columns
}

/** `}`, `)`, `]`, `end` and their like, alone or with what usually follows them. */
export function isClosingLine(line: string): boolean {
  return /^\s*(?:[)}\]]|(?:end|fi|done|esac)\b)/.test(line)
}

export function opensBlock(line: string, languageId: string): boolean {
  const text = line.trimEnd()
  if (isComment(text)) return false
  if (/(?:[{([]|=>)$/.test(text)) return true
  if (text.endsWith(":")) return colonLanguages.has(languageId)
  return wordLanguages.has(languageId) && /\b(?:then|do|else|begin)(?:\s*\|[^|]*\|)?$/.test(text)
}

/** What the line opens or would open is there already: its lines follow, or its end. */
function hasBody(nextLine: string | undefined, line: string): boolean {
  if (nextLine === undefined) return false
  const deeper = indentOf(nextLine) - indentOf(line)
  return deeper > 0 || (deeper === 0 && isClosingLine(nextLine))
}

const prose: ReadonlySet<string> = new Set([
  "markdown",
  "plaintext",
  "latex",
  "restructuredtext",
  "asciidoc",
  "git-commit",
])
const colonLanguages: ReadonlySet<string> = new Set(["python", "gdscript", "nim", "coffeescript"])
const wordLanguages: ReadonlySet<string> = new Set([
  "lua",
  "ruby",
  "shellscript",
  "elixir",
  "pascal",
  "julia",
])

function isComment(line: string): boolean {
  return /^\s*(?:\/\/|#(?![a-z!])|--\s|\/\*.*\*\/\s*$|\*\/\s*$)/.test(line)
}

function firstWithText(lines: readonly string[]): string | undefined {
  return lines.find(line => line.trim() !== "")
}

function lastWithText(text: string): string | undefined {
  const line = /([^\n]*\S[^\n]*)\n\s*$/.exec(text.slice(-4000))?.[1]
  return line
}
