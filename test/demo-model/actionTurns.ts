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

/** The whole conversation: opening, question, thought, answer. */
export function actionConversation(random: Random, names: Names): readonly Message[] {
  return random.chance(0.8)
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

/** Document and Write tests. */
function otherConversation(random: Random, names: Names): readonly Message[] {
  const [one = "", two = ""] = names.words(2)
  const name = names.functionName()
  const path = names.path("ts")
  const file = path.split("/").at(-1) ?? path
  const code = [
    `export function ${name}(${one}: number, ${two}: number): number {`,
    `  return ${one} ${random.pick(["+", "-", "*"])} ${two}`,
    "}",
  ].join("\n")
  const lines = linesOf(code)
  const range = { first: 0, last: lines.length - 1 }
  if (random.chance(0.5)) {
    const documented = `/**\n * The function \`${name}\`.\n * @param ${one}\n * @param ${two}\n */\n${code}`
    return conversation(path, lines, range, { action: "document" }, "A comment before the code.", documented)
  }
  const tests = `import assert from "node:assert/strict"\nimport { test } from "node:test"\nimport { ${name} } from "./${file}"\n\ntest("${name}", () => {\n  assert.equal(typeof ${name}(1, 2), "number")\n})`
  return conversation(
    path,
    lines,
    range,
    { action: "writeTests", testPath: path.replace(/\.ts$/, ".test.ts") },
    "A test for the function.",
    tests,
  )
}
