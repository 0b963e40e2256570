// Conversations in the words that the demo model was trained with.
import type { Message, ToolDescription } from "../../src/harmony/message.ts"
import type { ModelEvent } from "../../src/model/languageModel.ts"

const tool = (name: string, description: string, parameter: string, meaning: string): ToolDescription => ({
  name,
  description,
  parameters: {
    type: "object",
    properties: { [parameter]: { type: "string", description: meaning } },
    required: [parameter],
  },
})

export const demoTools: readonly ToolDescription[] = [
  tool("read_file", "Read a text file of the workspace.", "path", "Path relative to the workspace root"),
  tool(
    "list_directory",
    "List the files in a folder of the workspace.",
    "path",
    "Folder relative to the workspace root",
  ),
  tool("search_text", "Search the workspace for a text.", "query", "The text to search for"),
]

/** What stands before the first question. */
export const chat: readonly Message[] = [
  {
    role: "system",
    content: {
      system: {
        modelIdentity: "You are ChatGPT, a large language model trained by OpenAI.",
        knowledgeCutoff: "2024-06",
        conversationStartDate: "2025-06-01",
        reasoningEffort: "medium",
        channelConfig: { validChannels: ["analysis", "commentary", "final"], channelRequired: true },
      },
    },
  },
  {
    role: "developer",
    content: {
      developer: {
        instructions: "You are a coding assistant in the editor.",
        tools: { functions: { name: "functions", tools: demoTools } },
      },
    },
  },
]

export function user(content: string): Message {
  return { role: "user", content }
}

/** What read_file answered, as a JSON string: so the demo model reads it best. */
export function fileResult(text: string): Message {
  return {
    role: "tool",
    name: "functions.read_file",
    recipient: "assistant",
    channel: "commentary",
    content: JSON.stringify(text),
  }
}

export function said(events: readonly ModelEvent[], type: "reasoning" | "preamble" | "text"): string {
  return events.map(event => (event.type === type ? event.text : "")).join("")
}
