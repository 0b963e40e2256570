// A turn in which the user shows code and wants it explained; nothing has to be looked up.
import { explainText } from "../../src/actions/explainText.ts"
import { userMessage } from "../../src/chat/chatPrompt.ts"
import type { Message } from "../../src/harmony/message.ts"
import { fenceName, sampleFile } from "./files.ts"
import { capital, type Names } from "./names.ts"
import { selectionQuestions } from "./questions.ts"
import type { Random } from "./random.ts"
import { analysis, final } from "./replies.ts"

/** The code is in the question: as the product's Explain asks, or as people paste it. */
export function explainTurn(random: Random, names: Names): readonly Message[] {
  const file = sampleFile(
    random,
    names,
    random.weighted([
      [3, 1],
      [1, 2],
    ]),
  )
  const { path, defines, firstLine } = file
  const text = file.text.trimEnd()
  const lines = { first: 0, last: text.split("\n").length - 1 }
  const product = random.chance(0.7)
  const language = product ? languageOf(path) : fenceName(path)
  if (product && random.chance(0.25)) {
    const { message, problem } = randomProblem(random, names, lines.last + 1)
    const question = explainText({ path, languageId: language, text, lines, problems: [problem] })
    return [
      userMessage(question),
      analysis("The code is in the question, no tool needed."),
      final(`The problem is this:\n\n- ${message}\n\nFix with Osprey can repair it.`),
    ]
  }
  const question = product
    ? explainText({ path, languageId: language, text, lines, problems: [] })
    : random.pick(selectionQuestions)(path, language, text)
  const begin = `This code starts with:\n\n\`\`\`${language}\n${firstLine}\n\`\`\``
  return [
    userMessage(question),
    analysis("The code is in the question, no tool needed."),
    final(defines === undefined ? begin : `${begin}\n\nIt defines \`${defines}\`.`),
  ]
}

function randomProblem(random: Random, names: Names, lineCount: number) {
  const [one = "", two = ""] = names.words(2)
  const text = random.pick([
    `Cannot find name '${one}'.`,
    `Cannot find name '${one}'. Did you mean '${two}'?`,
    `'${one}' is declared but its value is never read.`,
    "Type 'string' is not assignable to type 'number'.",
    `Parameter '${one}' implicitly has an 'any' type.`,
    `Property '${one}' does not exist on type '${capital(two)}'.`,
  ])
  const line = random.whole(1, lineCount)
  return { problem: { line, at: one, message: text }, message: `Line ${line}: ${text}` }
}

function languageOf(path: string): string {
  const name = fenceName(path)
  return languageIds[name] ?? (name === "" ? "plaintext" : name)
}

/** VS Code's names where they differ from the file's ending. */
const languageIds: Readonly<Record<string, string>> = {
  ts: "typescript",
  tsx: "typescriptreact",
  js: "javascript",
  mjs: "javascript",
  py: "python",
  md: "markdown",
  rs: "rust",
  sh: "shellscript",
}
