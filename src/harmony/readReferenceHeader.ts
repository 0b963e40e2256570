// The fields of a header as openai/harmony v0.0.8 reads them (src/encoding.rs, parse_header_from_string).
import type { Role } from "./message.ts"
import type { MessageHeader } from "./messageReader.ts"

export type ReferenceHeader =
  | { readonly header: MessageHeader; readonly rest: readonly string[] }
  | { readonly error: string }

const roles: readonly Role[] = ["system", "developer", "user", "assistant", "tool"]
const channelMarker = "<|channel|>"
const constrainMarker = "<|constrain|>"

/**
 * `role`: the author, if the prompt named it; else the first word. `rest` are the words that found no place.
 * With `content follows` (permissive) no recipient and no content type is looked for.
 */
export function readReferenceHeader(
  text: string,
  role: Role | undefined,
  words: "fields only" | "content follows" = "fields only",
): ReferenceHeader {
  const { channel, without } = cutChannel(text)
  if (channel === "") return { error: "channel marker present but no channel value found in header" }
  const parts = without
    .replaceAll(constrainMarker, ` ${constrainMarker}`)
    .split(/[ \t\n\f\r]+/)
    .filter(part => part !== "")
  const author = role === undefined ? takeAuthor(parts) : { role }
  if ("error" in author) return author
  if (parts[0] === author.role) parts.shift()
  const fields = words === "fields only" ? takeRecipientAndType(parts) : {}
  return { header: { ...author, ...(channel === undefined ? {} : { channel }), ...fields }, rest: parts }
}

function cutChannel(text: string): { readonly channel?: string; readonly without: string } {
  const at = text.indexOf(channelMarker)
  if (at < 0) return { without: text }
  const after = text.slice(at + channelMarker.length)
  const length = after.search(/[\s<]/)
  const channel = length < 0 ? after : after.slice(0, length)
  return { channel, without: text.slice(0, at) + after.slice(channel.length) }
}

/** An unknown first word is a tool's name if something follows it, or if it is a recipient (sic). */
function takeAuthor(
  parts: string[],
): { readonly role: Role; readonly name?: string } | { readonly error: string } {
  const [word] = parts
  if (word === undefined) return { error: "message header did not contain a role" }
  const role = roles.find(known => known === word)
  if (role !== undefined) return role === "tool" ? { role, name: word } : { role }
  if (parts.length === 1 && !word.startsWith("to=")) return { error: `Unknown role: ${word}` }
  parts.shift()
  return { role: "tool", name: word }
}

/** From the end: a recipient, or a content type and the recipient before it. One word alone is the recipient. */
function takeRecipientAndType(parts: string[]): Pick<MessageHeader, "recipient" | "contentType"> {
  const last = parts.pop()
  if (last === undefined) return {}
  if (last.startsWith("to=") || parts.length === 0) return { recipient: withoutTo(last) }
  const recipient = parts.pop()
  return { contentType: last, ...(recipient === undefined ? {} : { recipient: withoutTo(recipient) }) }
}

function withoutTo(word: string): string {
  return word.startsWith("to=") ? word.slice("to=".length) : word
}
