// Code actions as training text: a small TypeScript file, what the product asks about a piece of it, and the answer.
import { type ActionTask, actionPrompt } from "../../src/actions/actionPrompt.ts"
import { enclosingLines, linesOf, surroundings, textOfLines } from "../../src/actions/codePassage.ts"
import { fencedCode } from "../../src/base/fencedCode.ts"
import type { Message } from "../../src/harmony/message.ts"
import { type BrokenFile, brokenFile, brokenKinds } from "./brokenFiles.ts"
import type { Names } from "./names.ts"
import type { Random } from "./random.ts"
import { analysis, final } from "./replies.ts"

/** Characters around the code that the product shows a model on this computer. */
const charactersAround = 2_000

/** The whole conversation: opening, question, thought, answer. `fixes`: the share of Fix. */
export function actionConversation(random: Random, names: Names, fixes: number): readonly Message[] {
  return random.chance(fixes)
    ? fixConversation(brokenFile(random, names, random.pick(brokenKinds)))
    : otherConversation(random, names)
}

function fixConversation({
  path,
  lines,
  errorLine,
  problem,
  changedLine,
  right,
  thought,
}: BrokenFile): readonly Message[] {
  const range = enclosingLines(lines, { first: errorLine, last: errorLine })
  const task: ActionTask = { action: "fix", problems: [{ line: errorLine - range.first + 1, ...problem }] }
  const solved = lines.map((line, index) => (index === changedLine ? right : line))
  return conversation(path, lines, range, task, thought, textOfLines(solved, range))
}

function conversation(
  path: string,
  lines: readonly string[],
  range: { first: number; last: number },
  task: ActionTask,
  thought: string,
  answer: string,
): readonly Message[] {
  const code = textOfLines(lines, range)
  const { messages } = actionPrompt({
    task,
    path,
    languageId: "typescript",
    code,
    ...surroundings(lines, range, charactersAround),
  })
  return [...messages, analysis(thought), final(fencedCode("typescript", answer))]
}

/** Document, Write tests, and a Refactor that renames. */
function otherConversation(random: Random, names: Names): readonly Message[] {
  const path = names.path("ts")
  const { name, parameters, code } = sumFunction(random, names)
  const [one, two] = parameters
  const lines = linesOf(code)
  const range = { first: 0, last: lines.length - 1 }
  switch (random.pick(["document", "writeTests", "refactor"] as const)) {
    case "document": {
      const comment = `/**\n * The function \`${name}\`.\n * @param ${one}\n * @param ${two}\n */`
      const task: ActionTask = { action: "document" }
      return conversation(path, lines, range, task, "A comment before the code.", `${comment}\n${code}`)
    }
    case "writeTests": {
      const task: ActionTask = { action: "writeTests", testPath: path.replace(/\.ts$/, ".test.ts") }
      return conversation(path, lines, range, task, "A test for the function.", testsOf(name, path))
    }
    case "refactor": {
      const [changed = ""] = names.words(1)
      const task: ActionTask = {
        action: "refactor",
        instruction: random.pick(renameInstructions)(one, changed),
      }
      const renamed = code.replaceAll(new RegExp(`\\b${one}\\b`, "g"), changed)
      return conversation(path, lines, range, task, `\`${one}\` becomes \`${changed}\`.`, renamed)
    }
  }
}

/** The kind of function that Document, Write tests and Refactor are taught with. */
export function sumFunction(random: Random, names: Names) {
  const [one = "", two = ""] = names.words(2)
  const name = names.functionName()
  const code = [
    `export function ${name}(${one}: number, ${two}: number): number {`,
    `  return ${one} ${random.pick(["+", "-", "*"])} ${two}`,
    "}",
  ].join("\n")
  return { name, parameters: [one, two] as const, code }
}

/** The test that the model writes for it. */
export function testsOf(name: string, path: string): string {
  return `import assert from "node:assert/strict"\nimport { test } from "node:test"\nimport { ${name} } from "./${path.split("/").at(-1)}"\n\ntest("${name}", () => {\n  assert.equal(typeof ${name}(1, 2), "number")\n})`
}

/** What users write to have a parameter renamed. */
export const renameInstructions: readonly ((from: string, to: string) => string)[] = [
  (from, to) => `Rename ${from} to ${to}`,
  (from, to) => `Rename ${from} to ${to}.`,
  (from, to) => `Rename the parameter ${from} to ${to}.`,
  (from, to) => `Rename \`${from}\` to \`${to}\``,
]
