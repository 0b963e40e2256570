// The system message that opens every prompt of ours, in the wording gpt-oss was trained on. What Osprey itself has
// to say goes into the developer message (openai/harmony, docs/format.md).
import type { Message, ReasoningEffort } from "./message.ts"

/** `date`: `YYYY-MM-DD`, fixed for a conversation; without it the prompt is the same on every day. */
export function systemMessage(effort: ReasoningEffort, date?: string): Message {
  return {
    role: "system",
    content: {
      system: {
        modelIdentity: "You are ChatGPT, a large language model trained by OpenAI.",
        knowledgeCutoff: "2024-06",
        ...(date === undefined ? {} : { conversationStartDate: date }),
        reasoningEffort: effort,
        channelConfig: { validChannels: ["analysis", "commentary", "final"], channelRequired: true },
      },
    },
  }
}
