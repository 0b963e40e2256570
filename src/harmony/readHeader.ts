// Reads a header that `<|message|>` ended, as models really write it: repeated, polluted, out of order. Every
// word is taken for what it can be; what it can't be is dropped, since the content is still to come.
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

/** A word and the control token right before it; `author`: it stands before any channel. */
type HeaderWord = {
  readonly text: string
  readonly after: "start" | "channel" | "constrain" | undefined
  readonly author: boolean
}

export function readHeader(
  pieces: readonly HarmonyPiece[],
  opening: HeaderOpening,
  offered: Offered,
): HeaderReading {
  const items = headerItems(pieces)
  const reading = beginReading(opening, items)
  const bare: { channel?: string; recipient?: string } = {}
  for (const [index, word] of wordsOf(items, opening).entries()) {
    let text = word.text
    if (word.after === "constrain") {
      reading.contentType = `<|constrain|>${text}`
      continue
    }
    if (word.after === "start") {
      reading.byAssistant = !isForeignAuthor(text, offered)
    } else if (
      index === 0 &&
      word.author &&
      opening === "nothing" &&
      /^(?:system|developer|user|tool)$/.test(text)
    ) {
      reading.byAssistant = false
    }
    if (word.after === "channel") {
      const found = leadingChannel(text)
      if (found !== undefined) {
        reading.channel = found.channel
        if (found.noisy) reading.problems.add("bad_channel")
        text = text.slice(found.length)
      }
    }
    if (word.author) text = withoutAuthor(text, word.after === "start", reading)
    if (text === "") continue
    if (text.startsWith("to=")) takeRecipient(reading, text.slice("to=".length))
    else if (text.startsWith("functions.")) bare.recipient = text
    else if (/^(?:json|code|text)$/.test(text)) reading.contentType ??= text
    else if (word.author && /^(?:analysis|commentary|final)$/.test(text)) bare.channel = text
    else if (text === "assistant") reading.tidy = false
    else reading.problems.add("stray_text")
  }
  return withBareWords(reading, bare)
}

function withBareWords(
  reading: HeaderReading,
  bare: { readonly channel?: string; readonly recipient?: string },
): HeaderReading {
  if (reading.channel === undefined && bare.channel !== undefined) {
    reading.channel = bare.channel
    reading.problems.add("bad_channel")
  }
  if (reading.recipient === undefined && bare.recipient !== undefined) {
    reading.recipient = bare.recipient
    reading.problems.add("name_polluted")
  }
  return reading
}

/** The rest of a word after `assistant`, also doubled or glued to what follows. */
function withoutAuthor(word: string, named: boolean, reading: HeaderReading): string {
  const rest = word.replace(/^(?:assistant)+/, "")
  if (rest === word) return word
  if (word !== "assistant" || !named) reading.tidy = false
  return rest.startsWith(":") ? "" : rest
}

function wordsOf(items: readonly HeaderItem[], opening: HeaderOpening): HeaderWord[] {
  let after: HeaderWord["after"] = opening === "start" ? "start" : undefined
  let author = true
  const words: HeaderWord[] = []
  for (const item of items) {
    if ("text" in item) {
      for (const text of item.text.split(/\s+/)) {
        if (text === "") continue
        words.push({ text, after, author })
        after = undefined
      }
    } else if (item.control === "start" || item.control === "channel" || item.control === "constrain") {
      after = item.control
      author = item.control === "start"
    }
  }
  return words
}
