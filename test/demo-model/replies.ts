// What the assistant says, as messages of the conversation.
import type { Message } from "../../src/harmony/message.ts"

export function analysis(content: string): Message {
  return { role: "assistant", channel: "analysis", content }
}

export function final(content: string): Message {
  return { role: "assistant", channel: "final", content }
}
