// What a leaked text came to → the events that are still due, after a part of it was already shown as it stood.
// Pure; what the text came to is readLeakedText's word.
import type { Message } from "../../harmony/message.ts"
import type { TurnOutcome } from "../../harmony/turnOutcome.ts"

export type TextEvent = { readonly type: "reasoning" | "preamble" | "text"; readonly text: string }

export type ShownBefore = {
  /** The beginning of the text, and the kind it was shown as. */
  readonly text: string
  readonly kind: "preamble" | "text"
  /** Reasoning was shown, from the server's own field. */
  readonly hasReasoning: boolean
}

/** Texts in order, without what was shown; calls aren't among them. Messages of one kind are parted by a line. */
export function leakedTexts({ messages }: TurnOutcome, shown: ShownBefore): readonly TextEvent[] {
  const kinds = new Set<TextEvent["type"]>(shown.hasReasoning ? ["reasoning"] : [])
  let isDue = shown.text.trim() !== ""
  if (isDue) kinds.add(shown.kind)
  const events: TextEvent[] = []
  for (const { message } of messages) {
    const kind = kindOf(message)
    const text = typeof message.content === "string" ? message.content : ""
    if (kind === undefined || text.trim() === "") continue
    if (isDue && kind !== "reasoning" && text.startsWith(shown.text)) {
      isDue = false
      events.push({ type: shown.kind, text: text.slice(shown.text.length) })
      continue
    }
    events.push({ type: kind, text: kinds.has(kind) ? `\n\n${text}` : text })
    kinds.add(kind)
  }
  return events.filter(({ text }) => text !== "")
}

function kindOf({ channel, recipient }: Message): TextEvent["type"] | undefined {
  if (recipient !== undefined) return undefined
  return channel === "analysis" ? "reasoning" : channel === "commentary" ? "preamble" : "text"
}
