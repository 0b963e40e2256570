// Ghost text from an endpoint that can only chat: the file with a marked place, and the answer between fences. Slow,
// and a request each time, so it is asked on a pause only and is off unless the user wants it.
import type { Conversation } from "../harmony/message.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { completionPrompt, type PromptParts } from "./completionPrompt.ts"
import { stopEarly } from "./stopEarly.ts"
import type { SuggestionShape } from "./suggestionShape.ts"

/** A wait, in milliseconds, that only a pause in typing outlasts. */
export const pauseBeforeChat = 600

/** Room for hidden reasoning, which endpoints count as output. */
const maxTokens = 1200

/** What the answer replaces. Shown as text; it is no control token of any model. */
const marker = "<<CURSOR>>"

/** As writeSuggestion: the whole text so far, after the cursor. */
export async function* writeByChat(
  model: LanguageModel,
  parts: PromptParts,
  shape: SuggestionShape,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let written = ""
  for await (const event of model.stream({ conversation: markedFile(parts, shape), maxTokens }, signal)) {
    if (event.type !== "text") continue
    written += event.text
    const answer = insideFence(written)
    if (answer === undefined) continue
    const text = withoutLinePrefix(answer.text, shape.linePrefix)
    const soFar = stopEarly(text, shape, parts.languageId, "```")
    yield soFar.text
    if (soFar.ended || answer.closed) return
  }
}

/** The prompt of the local model, but with a marker at the cursor instead of a begun answer. */
function markedFile(parts: PromptParts, { restOfLine }: SuggestionShape): Conversation {
  const { conversation, closingFence: fence } = completionPrompt(parts)
  const { languageId, window, suffix } = parts
  const [system, , user] = conversation.messages
  const file = `# The file around the cursor\n\n${fence}${languageId}\n${window}${marker}${restOfLine}\n${suffix}\n${fence}`
  const asked = `${typeof user?.content === "string" ? user.content : ""}\n\n${file}`
  return {
    messages: [
      ...(system === undefined ? [] : [system]),
      { role: "developer", content: { developer: { instructions } } },
      { role: "user", content: asked },
    ],
  }
}

const instructions = `You complete a file in a code editor. Answer with one code fence that holds only the text to put in place of ${marker}: no explanation, and nothing that stands before or after it. An empty fence when nothing is missing.`

/** undefined: the fence isn't open yet. An answer without a fence is taken as it is. */
function insideFence(written: string): { readonly text: string; readonly closed: boolean } | undefined {
  const begun = written.trimStart()
  if (begun.length < 3) return undefined
  const open = /^`{3,}[^\n]*\n/.exec(begun)?.[0]
  if (open === undefined) return begun.startsWith("```") ? undefined : { text: begun, closed: false }
  const inside = begun.slice(open.length)
  const close = /(?:^|\n)`{3,}\s*$/.exec(inside)
  return close === null
    ? { text: inside, closed: false }
    : { text: inside.slice(0, close.index), closed: true }
}

/** Chat models like to repeat the line they complete. */
function withoutLinePrefix(text: string, linePrefix: string): string {
  const trimmed = linePrefix.trimStart()
  if (linePrefix !== "" && text.startsWith(linePrefix)) return text.slice(linePrefix.length)
  if (trimmed.length >= 3 && text.trimStart().startsWith(trimmed))
    return text.trimStart().slice(trimmed.length)
  return trimmed === "" ? text.replace(/^[ \t]+/, "") : text
}
