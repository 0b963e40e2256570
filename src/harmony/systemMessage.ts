// The system message that opens every prompt of ours, in the wording gpt-oss was trained on. What Osprey itself has
// to say goes into the developer message (openai/harmony, docs/format.md).
import type { Message, ReasoningEffort } from "./message.ts"

export type SystemMessageOptions = {
  readonly effort: ReasoningEffort
  /** `YYYY-MM-DD`, fixed for a conversation; without it the prompt is the same on every day. */
  readonly date?: string
  /** Whether functions are on offer. Without them commentary isn't a channel, or answers would end up there unseen
      (vllm-project/vllm#23167). */
  readonly tools?: boolean
}

export function systemMessage({ effort, date, tools = false }: SystemMessageOptions): Message {
  return {
    role: "system",
    content: {
      system: {
        modelIdentity: "You are ChatGPT, a large language model trained by OpenAI.",
        knowledgeCutoff: "2024-06",
        ...(date === undefined ? {} : { conversationStartDate: date }),
        reasoningEffort: effort,
        channelConfig: {
          validChannels: tools ? ["analysis", "commentary", "final"] : ["analysis", "final"],
          channelRequired: true,
        },
      },
    },
  }
}
