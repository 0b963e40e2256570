// The one prompt form of ghost text: what is shown first never changes, what the user types comes last, so that a
// keystroke only appends tokens. Part of the demo model's contract: who changes it retrains. Pure; reads nothing.
import { fencedCode, fenceFor } from "../base/fencedCode.ts"
import type { Conversation } from "../harmony/message.ts"
import { systemMessage } from "../harmony/systemMessage.ts"

/** A piece of another open file. */
export type Passage = { readonly path: string; readonly languageId: string; readonly text: string }

/** A change made lately; `lines` as in a diff, each beginning with `-`, `+` or a blank. */
export type Edit = { readonly path: string; readonly lines: readonly string[] }

/** All texts with `\n` as line end. Everything but `window` is a snapshot, frozen while the user types. */
export type PromptParts = {
  /** As the user knows it: relative to the workspace, with `/`. */
  readonly path: string
  readonly languageId: string
  /** The least volatile first. */
  readonly related: readonly Passage[]
  /** The oldest first. */
  readonly edits: readonly Edit[]
  /** The lines after the cursor's line; "" at the end of the file. */
  readonly suffix: string
  /** The file from the beginning of some line up to the cursor. */
  readonly window: string
}

export type CompletionPrompt = {
  readonly conversation: Conversation
  /** Begins the assistant's `final`: a fence, then the window without the blanks at its end. */
  readonly prefill: string
  /** The line that ends the answer. */
  readonly closingFence: string
  /** Blanks before the cursor that `prefill` leaves out: the answer begins with them (a blank and a word are one token). */
  readonly seam: string
}

/** The whole prompt as text and data; the same parts always give the same prompt. */
export function completionPrompt(parts: PromptParts): CompletionPrompt {
  const { path, languageId, related, edits, suffix, window } = parts
  const fence = fenceFor(languageId, suffix)
  const sections = [
    `File: ${path}`,
    ...(related.length === 0 ? [] : ["# Related code", ...related.map(passageText)]),
    ...(edits.length === 0 ? [] : ["# Recent edits", ...edits.map(editText)]),
    suffix.trim() === ""
      ? "The cursor is at the end of the file."
      : `# After the cursor\n\n${fencedCode(languageId, suffix)}`,
  ]
  const seam = /[ \t]*$/.exec(window)?.[0] ?? ""
  return {
    conversation: {
      messages: [
        systemMessage({ effort: "low" }),
        { role: "developer", content: { developer: { instructions } } },
        { role: "user", content: sections.join("\n\n") },
      ],
    },
    prefill: `${fence}${languageId}\n${window.slice(0, window.length - seam.length)}`,
    closingFence: fence,
    seam,
  }
}

const instructions =
  "You complete a file in a code editor. Write the file up to the cursor, then what is missing before the text after the cursor, and stop. No explanations."

function passageText({ path, languageId, text }: Passage): string {
  return `## ${path}\n\n${fencedCode(languageId, text)}`
}

function editText({ path, lines }: Edit): string {
  return `## ${path}\n\n${fencedCode("diff", lines.join("\n"))}`
}
