// Reads a header that ended without `<|message|>`: whatever follows its leading, well-formed part is content, so
// a word is taken for a field only where it can hardly be prose.
import type { ControlToken } from "../protocol/segment.ts"
import type { HarmonyPiece } from "./harmonyPiece.ts"
import {
  beginReading,
  type HeaderItem,
  type HeaderOpening,
  type HeaderReading,
  headerItems,
  isForeignAuthor,
  leadingChannel,
  takeRecipient,
} from "./headerReading.ts"
import type { Offered } from "./offered.ts"

export type UnfinishedReading = { readonly reading: HeaderReading; readonly content: string }

/** The fields, and the content with its white space (but for one space that parted it from the fields). */
export function readUnfinishedHeader(
  pieces: readonly HarmonyPiece[],
  opening: HeaderOpening,
  offered: Offered,
): UnfinishedReading {
  const items = headerItems(pieces)
  const reading = beginReading(opening, items)
  reading.tidy = false
  let after: ControlToken | undefined = opening === "start" ? "start" : undefined
  for (const [index, item] of items.entries()) {
    if (!("text" in item)) {
      after = item.control
      continue
    }
    const isLast = index === items.length - 1
    const rest = takeFields(item.text, after, isLast, reading, offered)
    if (rest.trim() === "") continue
    const untouched = index === 0 && rest === item.text
    const content = untouched ? rest : rest.replace(/^\s/, "")
    return { reading, content: content + textsOf(items.slice(index + 1)) }
  }
  return { reading, content: "" }
}

/** Takes fields from the front of a text that stands right after a control token; gives back what is left. */
function takeFields(
  text: string,
  after: ControlToken | undefined,
  isLast: boolean,
  reading: HeaderReading,
  offered: Offered,
): string {
  let rest = text
  if (after === "channel") rest = takeChannel(rest, isLast, reading)
  if (after === "constrain") rest = takeType(rest, reading)
  if (after === "start" || after === undefined) rest = takeAuthor(rest, after, reading, offered)
  for (;;) {
    const recipient = /^\s*to=([^\s{]*)/.exec(rest)
    const type = reading.recipient === undefined ? null : /^\s*(json|code|text)(?=$|[\s{["])/.exec(rest)
    if (recipient !== null) takeRecipient(reading, recipient[1] ?? "")
    else if (type !== null) reading.contentType ??= type[1] ?? ""
    else return rest
    rest = rest.slice((recipient ?? type)?.[0].length)
  }
}

function takeChannel(text: string, isLast: boolean, reading: HeaderReading): string {
  const word = text.trimStart()
  const found = leadingChannel(word)
  if (found !== undefined) {
    reading.channel = found.channel
    if (found.noisy) reading.problems.add("bad_channel")
    return word.slice(found.length)
  }
  // Cut in the middle of the channel's name.
  const cut = isLast && word !== "" ? channelNames.find(name => name.startsWith(word)) : undefined
  if (cut === undefined) return text
  reading.channel = cut
  reading.problems.add("bad_channel")
  return ""
}

const channelNames = ["analysis", "commentary", "final"] as const

function takeType(text: string, reading: HeaderReading): string {
  const type = /^\s*([\w.+/-]+)/.exec(text)
  if (type === null) return text
  reading.contentType = `<|constrain|>${type[1]}`
  return text.slice(type[0].length)
}

function takeAuthor(
  text: string,
  after: "start" | undefined,
  reading: HeaderReading,
  offered: Offered,
): string {
  const word = /\S+/.exec(text)?.[0] ?? ""
  if (after === "start" && isForeignAuthor(word, offered)) reading.byAssistant = false
  const rest = text.replace(/^\s*(?:assistant)+(?=\s*$|\s+to=)/, "")
  const bare = /^\s*(analysis|commentary|final)(?=\s+to=)/.exec(rest)
  if (bare === null) return rest
  reading.channel = bare[1] ?? ""
  reading.problems.add("bad_channel")
  return rest.slice(bare[0].length)
}

function textsOf(items: readonly HeaderItem[]): string {
  return items.map(item => ("text" in item ? item.text : "")).join("")
}
