// A conversation at the next lower reasoning effort: for a model that reasons without end or goes round in circles.
import type { Message, ReasoningEffort } from "../harmony/message.ts"

const lower: Readonly<Partial<Record<ReasoningEffort, ReasoningEffort>>> = { high: "medium", medium: "low" }

/** The same messages but for the effort in the system message; undefined: there is no lower one. */
export function lowerEffort(messages: readonly Message[]): readonly Message[] | undefined {
  let isLower = false
  const lowered = messages.map((message): Message => {
    const { content } = message
    if (typeof content !== "object" || !("system" in content)) return message
    const effort = lower[content.system.reasoningEffort ?? "medium"]
    if (effort === undefined) return message
    isLower = true
    return { ...message, content: { system: { ...content.system, reasoningEffort: effort } } }
  })
  return isLower ? lowered : undefined
}
