// What the two readings of a header (ended by `<|message|>`, or by something else) have in common.
import type { ControlToken } from "../protocol/segment.ts"
import type { HarmonyPiece } from "./harmonyPiece.ts"
import { isBuiltin, type Offered } from "./offered.ts"

/** `prompt`: the prompt named the author. `start`: `<|start|>` opened it. `nothing`: the stream just went on. */
export type HeaderOpening = "prompt" | "start" | "nothing"

/** What a header says, filled in word by word. The recipient is as written: names are toolName.ts's business. */
export type HeaderReading = {
  byAssistant: boolean
  recipient?: string
  channel?: string
  contentType?: string
  /** Holds what a header should and nothing else. */
  tidy: boolean
  readonly problems: Set<string>
}

export type HeaderItem = { readonly text: string } | { readonly control: ControlToken }

const noisyChannel = /^[^\p{L}\s]*(analysis|commentary|final)[^\p{L}\p{N}\s{["]*/iu
const expectedFirst = /^(?:assistant|(?:analysis|commentary|final)(?!\S))/

/** An empty reading; a header that nothing opened is a problem by itself. */
export function beginReading(opening: HeaderOpening, items: readonly HeaderItem[]): HeaderReading {
  const problems = new Set<string>()
  if (opening === "nothing") {
    const [first] = items
    const stray = first !== undefined && "text" in first && !expectedFirst.test(first.text)
    problems.add(stray ? "stray_text" : "missing_start")
  }
  if (items.filter(item => "control" in item && item.control === "channel").length > 1)
    problems.add("repeated_header")
  return { byAssistant: true, tidy: true, problems }
}

/** Adjacent texts joined, reserved tokens left out: how the text came in pieces makes no difference. */
export function headerItems(pieces: readonly HarmonyPiece[]): readonly HeaderItem[] {
  const items: HeaderItem[] = []
  for (const piece of pieces) {
    if ("reserved" in piece) continue
    const last = items.at(-1)
    if ("text" in piece && last !== undefined && "text" in last)
      items[items.length - 1] = { text: last.text + piece.text }
    else items.push(piece)
  }
  return items
}

/** The channel that a text begins with, noise around the word included in `length`. */
export function leadingChannel(
  text: string,
): { readonly channel: string; readonly noisy: boolean; readonly length: number } | undefined {
  const match = noisyChannel.exec(text)
  const channel = match?.[1]?.toLowerCase()
  if (match === null || channel === undefined) return undefined
  const length = match[0].length
  return { channel, noisy: match[0] !== channel || /^[^\s{["]/.test(text.slice(length)), length }
}

/** Recipients that name the conversation's own parties don't make a call. */
export function takeRecipient(reading: HeaderReading, recipient: string): void {
  if (recipient === "" || /^(?:assistant|all|user)$/.test(recipient)) reading.tidy = false
  else reading.recipient = recipient
}

/** Whether the author of a message is somebody else than the assistant. */
export function isForeignAuthor(word: string, offered: Offered): boolean {
  return (
    /^(?:system|developer|user|tool)(?![A-Za-z_])/.test(word) ||
    word.startsWith("functions.") ||
    offered.tools.includes(word) ||
    isBuiltin(word, offered)
  )
}
