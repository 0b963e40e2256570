// Which keys of a request a server refused to know, from its own words: strict servers refuse what lenient ones
// ignore, and name it. Only keys that a request can do without are ever found.
import type { ChatRequestBody } from "./chatRequest.ts"

export type KeyRefusal = {
  readonly status: number | undefined
  /** The server's sentence. */
  readonly said: string
  /** Paths that the error names in fields of its own. */
  readonly named: readonly string[]
}

/**
 * Names as in the facts: "stream_options", "messages.reasoning". `messages.content` stands for words beside reasoning
 * and calls, which some templates refuse. Empty: the refusal is about something else.
 */
export function refusedKeys({ status, said, named }: KeyRefusal, body: ChatRequestBody): readonly string[] {
  if (bothWords.test(said) && hasWordsBesideReasoning(body)) return ["messages.content"]
  if ((status !== 400 && status !== 422) || !refusalWords.test(said)) return []
  const keys = dispensable(body)
  const structural = keys.filter(key => named.some(path => isAt(path, key)))
  if (structural.length > 0) return structural
  // A sentence may go on to list what is allowed, so the first one counts.
  const places = keys
    .map(key => ({ key, at: placeIn(said, key) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)
  return places.slice(0, 1).map(({ key }) => key)
}

/** Hugging Face's template for gpt-oss, and llama.cpp's copies of it. */
const bothWords = /both content and (?:thinking|reasoning)/i

const refusalWords = new RegExp(
  [
    "unknown|unrecogni[sz]ed|unsupported|unexpected",
    "not (?:supported|permitted|allowed|recogni[sz]ed|accepted|a valid)",
    "(?:does|do)(?:n't| not) (?:support|accept|allow|recogni[sz]e)",
    "(?:extra|additional) (?:inputs?|fields?|keys?|propert)|extra_forbidden",
    "(?:invalid|no such) (?:parameter|argument|field|key|property)|wrong_api_format",
  ].join("|"),
  "i",
)

/** Without these there is no request, or not the user's: who may get the text is never dropped. */
const needed: ReadonlySet<string> = new Set(["model", "messages", "stream", "tools", "provider", "models"])

const inMessages = ["reasoning_details", "reasoning_content", "reasoning", "name"] as const

/** Top-level keys come first: dropping one of those loses less. */
function dispensable(body: ChatRequestBody): readonly string[] {
  const used = inMessages.filter(key => body.messages.some(message => key in message))
  return [...Object.keys(body).filter(key => !needed.has(key)), ...used.map(key => `messages.${key}`)]
}

/** "messages[2].assistant.reasoning" is at messages.reasoning, "reasoning.effort" at reasoning. */
function isAt(path: string, key: string): boolean {
  const steps = path.split(/[.[\]]+/).filter(step => step !== "" && step !== "body")
  if (!key.startsWith("messages.")) return steps[0] === key
  return (
    steps[0] === "messages" && !steps.includes("tool_calls") && steps.includes(key.slice("messages.".length))
  )
}

/** What stands before and behind a plain English word that is meant as a key's name. */
const [wordBefore, wordBehind] = [
  "(?:[\"'`.\\[]|^|\\n|(?:argument|parameter|field|key|property|input)s?(?: supplied)?:?\\s+)",
  "(?=[\"'`\\].:,)]|\\s*$|\\s+is )",
]

/** Where the sentence names the key as a key, or -1. */
function placeIn(said: string, key: string): number {
  const name = key.replace(/^messages\./, "")
  const inside = key !== name
  const isPlain = !name.includes("_")
  const exact = `(?<!\\w)${name.replace(/\W/g, "\\$&")}(?!\\w)`
  const pattern = new RegExp(isPlain ? `${wordBefore}${exact}${wordBehind}` : exact, "i")
  const at = pattern.exec(said)?.index ?? -1
  const path = said.slice(Math.max(0, at - 60), Math.max(0, at + 1))
  // A tool's name is something else than that of a result.
  const isElsewhere = inside ? /tool_calls|function/i.test(path) : /messages.{0,40}$/is.test(path)
  return isElsewhere ? -1 : at
}

function hasWordsBesideReasoning({ messages }: ChatRequestBody): boolean {
  return messages.some(
    message =>
      message.role === "assistant" &&
      message.content !== null &&
      message.tool_calls !== undefined &&
      inMessages.some(key => key in message),
  )
}
