// Everything the chat tells the model beyond the conversation itself, in one place and short. These forms are
// part of the demo model's contract: who changes them must see that the demo model still answers.
import type { Message, ReasoningEffort, ToolCall, ToolDescription } from "../harmony/message.ts"
import { systemMessage } from "../harmony/systemMessage.ts"

export type ChatPrompt = {
  readonly effort: ReasoningEffort
  /** `YYYY-MM-DD`, fixed for a conversation so that its prompt prefix never changes. */
  readonly date: string
  readonly tools: readonly ToolDescription[]
}

const instructions =
  "You are Osprey, a coding assistant in VS Code. Use the tools to look at the workspace before you answer questions about it; never guess what a file holds. Answer briefly, in Markdown, and quote the code you talk about."

/** The system and developer message that open every chat. */
export function openingMessages({ effort, date, tools }: ChatPrompt): readonly Message[] {
  const functions = tools.length === 0 ? {} : { tools: { functions: { name: "functions", tools } } }
  return [
    systemMessage({ effort, date, tools: tools.length > 0 }),
    { role: "developer", content: { developer: { instructions, ...functions } } },
  ]
}

export function userMessage(text: string): Message {
  return { role: "user", content: text }
}

/** An answer of which only a part arrived: stopped, cut or interrupted. */
export function partialAnswer(text: string): Message {
  return { role: "assistant", channel: "final", content: text }
}

/** The result of a call, as plain text: quoting would spoil code. */
export function toolMessage(call: ToolCall, result: string): Message {
  return resultMessage(`functions.${call.name}`, result)
}

/** The result of a call whose tool never came to an end, so that no call in the history lacks one. */
export function unansweredCallMessage(recipient: string): Message {
  return resultMessage(recipient, "Interrupted before the tool ended.")
}

/** What the chat itself has to say in the middle of a turn. */
export function developerNote(text: string): Message {
  return { role: "developer", content: text }
}

function resultMessage(name: string, result: string): Message {
  return {
    role: "tool",
    name,
    recipient: "assistant",
    channel: "commentary",
    content: result,
  }
}

/** Sent once when the model only reasoned and its answer can't be begun for it. */
export const nudge: Message = { role: "user", content: "Please give your answer now." }

/** Sent when the user continues an answer that was cut. */
export const continuation: Message = { role: "user", content: "Please go on exactly where you stopped." }
