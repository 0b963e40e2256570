// Ghost text as training text: a small file, cut at a random place, as the product's completion prompt takes it. What
// is missing ends where the text after the cursor begins.
import type { PromptParts } from "../../src/completion/completionPrompt.ts"
import { suggestionShape } from "../../src/completion/suggestionShape.ts"
import { codeWriter } from "./code.ts"
import type { CodeLanguage } from "./codeWriter.ts"
import { sentence } from "./files.ts"
import { capital, type Names } from "./names.ts"
import type { Random } from "./random.ts"

export type GhostText = {
  readonly parts: PromptParts
  /** From the cursor to the text after it. */
  readonly missing: string
}

const extensionOf = { typescript: "ts", javascript: "js", python: "py" } as const

/** `shaped`: more than a line is missing only where the product asks for more. */
export function ghostText(random: Random, names: Names, shaped = false): GhostText {
  const language = random.weighted<CodeLanguage>([
    [5, "typescript"],
    [2, "javascript"],
    [4, "python"],
  ])
  const { before, part, after } = program(random, names, language)
  const end = part.length
  // Mostly after the part's first line, whose new names nobody can know.
  const known = random.chance(0.85) && part.includes("\n") ? part.indexOf("\n") : 0
  const cut = random.weighted([
    [45, lineStart(random, part)],
    [25, wordStart(random, part, known)],
    [30, random.whole(known, end - 1)],
  ])
  const lineEnd = (part.indexOf("\n", cut) + 1 || end + 1) - 1
  const window = before + part.slice(0, cut)
  const afterLine = `\n${part.slice(lineEnd + 1)}${after}`
  const oneLine =
    shaped && suggestionShape({ before: window, after: afterLine, languageId: language }).lines === "one"
  const missingEnd = random.chance(0.5) || oneLine ? lineEnd : end
  const missing = part.slice(cut, missingEnd)
  const rest = part.slice(missingEnd).replace(/^\n/, "")
  const suffix = [rest, after].filter(text => text !== "").join(rest === "" ? "" : "\n")
  const related = random.chance(0.12) ? [relatedPassage(random, names)] : []
  const parts: PromptParts = {
    path: names.path(extensionOf[language]),
    languageId: language,
    related,
    edits: random.chance(0.06)
      ? [
          {
            path: names.path(extensionOf[language]),
            lines: [`-${sentence(random, names)}`, `+${sentence(random, names)}`],
          },
        ]
      : [],
    suffix,
    window,
  }
  return { parts, missing }
}

/** A file in three: what comes before, the part that is being written, what follows. */
function program(random: Random, names: Names, language: CodeLanguage) {
  const writer = codeWriter(random, names, language)
  const parts = Array.from(
    {
      length: random.weighted([
        [2, 1],
        [3, 2],
        [2, 3],
      ]),
    },
    () => writer.part(),
  )
  const texts = parts.map(({ lines }) => lines.join("\n"))
  const lead = random.chance(0.25)
    ? `${writer.importLine()}\n\n`
    : random.chance(0.15)
      ? `${writer.comment(sentence(random, names))}\n`
      : ""
  const called = parts.findLast(({ defines }) => defines !== undefined)?.defines
  const usage =
    called !== undefined && random.chance(0.25) ? callOf(random, names, language, called) : undefined
  if (usage !== undefined) texts.push(usage)
  const at = usage !== undefined && random.chance(0.6) ? texts.length - 1 : random.whole(0, texts.length - 1)
  const before =
    lead +
    texts
      .slice(0, at)
      .map(text => `${text}\n\n`)
      .join("")
  const after = texts
    .slice(at + 1)
    .map(text => `\n${text}\n`)
    .join("")
  return { before, part: texts[at] ?? "", after: random.chance(0.3) ? "" : after }
}

function callOf(random: Random, names: Names, language: CodeLanguage, name: string): string {
  const value = names.word()
  const isType = /^\p{Lu}/u.test(name)
  if (language === "python") return `${value} = ${name}(${names.word()})\nprint(${value})`
  return random.pick([
    `const ${value} = ${isType ? "new " : ""}${name}(${names.word()})\nconsole.log(${value})`,
    `export function get${capital(value)}() {\n  return ${isType ? "new " : ""}${name}(${names.word()})\n}`,
  ])
}

function relatedPassage(random: Random, names: Names) {
  const writer = codeWriter(random, names, "typescript")
  return { path: names.path("ts"), languageId: "typescript", text: writer.part().lines.join("\n") }
}

/** Where a word begins, or the blank before it. */
function wordStart(random: Random, text: string, from: number): number {
  const starts = [...text.slice(from).matchAll(/\b[A-Za-z_]|(?<=\S) /g)].map(match => from + match.index)
  return starts.length === 0 ? from : random.pick(starts)
}

function lineStart(random: Random, text: string): number {
  const starts = [...text.matchAll(/\n/g)].map(match => (match.index ?? 0) + 1)
  return starts.length === 0 ? 0 : random.pick(starts)
}
