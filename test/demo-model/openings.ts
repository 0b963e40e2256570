// How conversations open: most as the product's chat does, the rest with what later work may change: instructions
// of any length, other efforts and dates, no developer message at all.
import { openingMessages } from "../../src/chat/chatPrompt.ts"
import type { Message, ReasoningEffort, ToolDescription } from "../../src/harmony/message.ts"
import { sampleFile, sentence } from "./files.ts"
import type { Names } from "./names.ts"
import type { Random } from "./random.ts"

/** Osprey's own instructions. */
export const ospreyInstructions =
  "You are Osprey, a coding assistant in VS Code. Use the tools to look at the workspace before you answer questions about it; never guess what a file holds. Answer briefly, in Markdown, and quote the code you talk about."

const sentences = [
  "You are a coding assistant in the editor.",
  "You are a helpful coding assistant.",
  "Answer in English.",
  "Be concise.",
  "Never guess.",
  "Prefer TypeScript.",
  "Explain your steps.",
  "Use two spaces for indentation.",
  "Ask before you change more than one file.",
  "Run the tests after every change.",
  "Don't add comments that say what the code does.",
  "Names of tests are whole sentences.",
  "Write dates as in 2026-01-31.",
  "Files use LF as line end.",
]

/** The product's own opening, with today's or the coming instructions. */
export function productOpening(random: Random, tools: readonly ToolDescription[]): readonly Message[] {
  const messages = openingMessages({ effort: effort(random), date: date(random), tools })
  return withInstructions(messages, ospreyInstructions)
}

/** `words`: about how long the instructions are. */
export function variedOpening(
  random: Random,
  names: Names,
  tools: readonly ToolDescription[],
  words: number,
): readonly Message[] {
  const messages = openingMessages({ effort: effort(random), date: date(random), tools })
  const kind = random.weighted([
    [5, "osprey"],
    [3, "other"],
    [1, "none"],
  ] as const)
  if (kind === "none" && tools.length === 0) return messages.slice(0, 1).map(withoutDate)
  const start = kind === "osprey" ? [ospreyInstructions] : kind === "other" ? [random.pick(sentences)] : []
  const rest: string[] = []
  for (let count = 0; count < words; ) {
    const paragraph = random.weighted([
      [4, random.pick(sentences)],
      [4, sentence(random, names)],
      [1, `# ${names.word()}\n`],
      [1, `Example:\n\n${sampleFile(random, names, 1).text}`],
      [1, `- ${names.path()}: ${sentence(random, names)}`],
    ])
    rest.push(paragraph)
    count += paragraph.split(/\s+/).length
  }
  return withInstructions(messages, [...start, ...rest].join(random.chance(0.5) ? " " : "\n"))
}

/** A system message alone, without date and tools. */
export function bareOpening(): readonly Message[] {
  return openingMessages({ effort: "low", date: "", tools: [] }).slice(0, 1).map(withoutDate)
}

function withInstructions(messages: readonly Message[], instructions: string): readonly Message[] {
  return messages.map(message =>
    typeof message.content === "object" && "developer" in message.content
      ? { ...message, content: { developer: { ...message.content.developer, instructions } } }
      : message,
  )
}

function withoutDate(message: Message): Message {
  if (typeof message.content !== "object" || !("system" in message.content)) return message
  const { conversationStartDate: _, ...system } = message.content.system
  return { ...message, content: { system } }
}

function effort(random: Random): ReasoningEffort {
  return random.weighted([
    [2, "low"],
    [5, "medium"],
    [2, "high"],
  ])
}

function date(random: Random): string {
  return new Date(Date.UTC(2025, 0, random.whole(1, 1500))).toISOString().slice(0, 10)
}
