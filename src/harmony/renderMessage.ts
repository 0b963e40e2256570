// Writes one message: header, content, end. Doesn't know which messages a prompt has.
// Source: openai/harmony v0.0.8 (Apache-2.0), src/encoding.rs; docs/format.md for the channel-first header.
import type { Segment } from "../protocol/segment.ts"
import { developerText } from "./developerText.ts"
import type { Message } from "./message.ts"
import { systemText } from "./systemText.ts"

/**
 * Where an assistant's call names its recipient. `channel-first` is what the model writes by itself
 * (`<|channel|>commentary to=functions.x`); `library` is what openai/harmony writes
 * (` to=functions.x<|channel|>commentary`) and draws the model towards calls on analysis.
 */
export type HeaderStyle = "library" | "channel-first"

export type MessageOptions = {
  readonly headerStyle: HeaderStyle
  /** Some developer message of the conversation offers functions: the system message says where calls go. */
  readonly functionsOffered: boolean
}

/** The segments of one message. Throws an Error for what can't be written, see renderConversation. */
export function renderMessage(message: Message, options: MessageOptions): Segment[] {
  return [
    { control: "start" },
    ...header(message, options.headerStyle),
    { control: "message" },
    ...contentTexts(message, options.functionsOffered)
      .filter(text => text !== "")
      .map(text => ({ text })),
    { control: message.role === "assistant" && message.recipient !== undefined ? "call" : "end" },
  ]
}

function header(message: Message, style: HeaderStyle): Segment[] {
  const { channel } = message
  const recipient =
    message.recipient === undefined || message.recipient === "all" ? "" : ` to=${message.recipient}`
  const [typeText, constrained] = contentType(message.contentType)
  const channelFirst = style === "channel-first" && message.role === "assistant" && channel !== undefined
  const beforeChannel = author(message) + (channelFirst ? "" : recipient)
  const segments: Segment[] =
    channel === undefined
      ? [{ text: beforeChannel + typeText }]
      : [
          { text: beforeChannel },
          { control: "channel" },
          { text: channel + (channelFirst ? recipient : "") + typeText },
        ]
  if (constrained === undefined) return segments
  return [...segments, { control: "constrain" }, ...(constrained === "" ? [] : [{ text: constrained }])]
}

/** The text of a content type, and what follows the `<|constrain|>` token if it has one. */
function contentType(type: string | undefined): readonly [text: string, constrained?: string] {
  const marker = "<|constrain|>"
  if (type === undefined) return [""]
  return type.startsWith(marker) ? [" ", type.slice(marker.length)] : [` ${type}`]
}

function author({ role, name }: Message): string {
  if (role !== "tool") return name === undefined ? role : `${role}:${name}`
  if (name === undefined) throw new Error("Tools should have a name!")
  return name
}

function contentTexts({ role, content }: Message, functionsOffered: boolean): readonly string[] {
  if (typeof content === "string") return [content]
  if ("system" in content) {
    if (role !== "system")
      throw new Error(`SystemContent may only appear in system messages, found in ${role}`)
    return [systemText(content.system, functionsOffered)]
  }
  if ("developer" in content) {
    if (role !== "developer")
      throw new Error(`DeveloperContent may only appear in developer messages, found in ${role}`)
    return [developerText(content.developer)]
  }
  return content
}
