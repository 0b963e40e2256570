// The one prompt form of the actions that write code: what is to be changed, what stands around it, the task last.
// Part of the demo model's contract: who changes it must see that the demo model still answers. Pure; reads nothing.

import { fencedCode } from "../base/fencedCode.ts"
import { oneLine } from "../base/oneLine.ts"
import type { Conversation } from "../harmony/message.ts"
import { systemMessage } from "../harmony/systemMessage.ts"

/** A problem that the editor shows in the code. */
export type Problem = {
  /** 1 is the first line of the code. */
  readonly line: number
  /** The text that is underlined; "" where there is none. */
  readonly at: string
  readonly message: string
}

export type ActionTask =
  | { readonly action: "fix"; readonly problems: readonly Problem[] }
  | { readonly action: "document" }
  /** `testPath`: the file that is to be written, relative to the workspace. */
  | { readonly action: "writeTests"; readonly testPath: string }
  /** The user's own words. */
  | { readonly action: "refactor"; readonly instruction: string }

export type ActionPromptParts = {
  readonly task: ActionTask
  /** As the user knows it: relative to the workspace, with `/`. */
  readonly path: string
  readonly languageId: string
  /** Whole lines, as they are in the file. */
  readonly code: string
  /** Whole lines before and after the code, as many as there is room for; "" where there are none. */
  readonly before: string
  readonly after: string
}

/** System and developer message, always the same, and one user message. The answer: one fenced block. */
export function actionPrompt(parts: ActionPromptParts): Conversation {
  const { task, path, languageId, code, before, after } = parts
  const section = (title: string, text: string) =>
    text.trim() === "" ? [] : [`# ${title}`, fencedCode(languageId, text)]
  const sections = [
    `File: ${oneLine(path)}`,
    ...section("Before the code", before),
    ...section("After the code", after),
    ...section("Code", code),
    ...taskSections(task),
  ]
  return {
    messages: [
      systemMessage({ effort: "low" }),
      { role: "developer", content: { developer: { instructions } } },
      { role: "user", content: sections.join("\n\n") },
    ],
  }
}

const instructions =
  "You change code in a code editor. Answer with the new code in one fenced block and nothing else."

function taskSections(task: ActionTask): readonly string[] {
  switch (task.action) {
    case "fix":
      return [
        "# Problems",
        task.problems.map(problemText).join("\n"),
        "Fix the problems. Write the whole code again, corrected.",
      ]
    case "document":
      return ["Add documentation comments. Write the whole code again, otherwise unchanged."]
    case "writeTests":
      return [`Write tests for the code: the whole file ${oneLine(task.testPath)}.`]
    case "refactor":
      return ["# Change", task.instruction.trim(), "Make the change. Write the whole code again."]
  }
}

function problemText({ line, at, message }: Problem): string {
  const place = oneLine(at) === "" ? `Line ${line}` : `Line ${line}, \`${oneLine(at)}\``
  return `- ${place}: ${oneLine(message)}`
}
