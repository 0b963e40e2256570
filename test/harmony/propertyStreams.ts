// Random streams for the properties of the reader: answers that are nearly right, golden streams, plain noise; all
// mutated token by token. A stream is tokens as a vocabulary means them, so that it can be cut between any two bytes.
import type { HarmonyPiece } from "../../src/harmony/harmonyPiece.ts"
import { createUtf8Decoder } from "../../src/harmony/utf8Decoder.ts"
import type { TokenMeaning } from "../../src/harmony/vocabulary.ts"
import { pieces } from "./pieces.ts"

export type Random = (below: number) => number

export type Stream = {
  readonly tokens: readonly TokenMeaning[]
  readonly role: "assistant" | null
  readonly reason: "stop" | "length"
}

export const offered = { tools: ["read_file", "list_problems"], builtins: ["python"] }

const headers = [
  "<|channel|>analysis",
  "<|channel|>final",
  "<|channel|>commentary",
  "<|channel|>commentary to=functions.read_file <|constrain|>json",
  " to=functions.read_file<|channel|>commentary json",
  "<|channel|>analysis to=functions.read_file code",
  "<|channel|>commentary?",
  "<|channel|>commentary to=functions.read_filejson",
  "<|channel|>commentary to=container.exec",
  "<|channel|>commentary to=functions.functions.read_file",
  "<|channel|>analysis to=python code",
  "",
]
const contents = [
  '{"path":"a"}',
  '[{"path":"a"}]',
  '{"path":"a',
  '{"path":"a\nb"} ]',
  "```json\n{}\n```",
  "Hello 💖 there.",
  " \n",
  "",
  "to=functions.read_file",
  "assistant",
  "<|end|> spelled",
]
const ends = ["<|end|>", "<|return|>", "<|call|>", ""]
const noise = [
  "<|start|>",
  "<|start|>assistant",
  "<|start|>user",
  "<|message|>",
  "<|channel|>",
  "<|channel|>final",
  "<|constrain|>",
  "<|reserved_200014|>",
  "<|endoftext|>",
  "final",
  "assistant",
  "to=functions.list_problems",
  "functions.read_file",
  "«x»",
  " \n",
  ...ends,
]

/** `golden`: streams to mutate. Contents carry markers, «run.number», by which a loss is noticed. */
export function randomStream(random: Random, run: number, golden: readonly Stream[]): Stream {
  const role = random(4) === 0 ? null : "assistant"
  const reason = random(4) === 0 ? "length" : "stop"
  const kind = run % 4
  if (kind === 3) return { tokens: randomTokens(random, run), role, reason }
  if (kind === 2 && golden.length > 0) {
    const stream = pick(golden, random)
    return { ...stream, tokens: mutated(marked(stream.tokens, run), 1 + random(4), random) }
  }
  const answer = nearlyRight(random, run)
  return { tokens: mutated(answer, random(2) === 0 ? 0 : 1 + random(4), random), role, reason }
}

/** Messages as a model should write them or often does, each content with a marker of its own. */
function nearlyRight(random: Random, run: number): readonly TokenMeaning[] {
  const answer: TokenMeaning[] = []
  const count = 1 + random(4)
  for (let message = 0; message < count; message++) {
    const start = message > 0 ? "<|start|>assistant" : ""
    const marker = random(2) === 0 ? ` «${run}.${message}»` : ""
    const [header, content, end] = [pick(headers, random), pick(contents, random), pick(ends, random)]
    answer.push(...tokens(`${start}${header}<|message|>`))
    for (const text of [content, marker]) if (text !== "") answer.push(...textTokens(text))
    answer.push(...tokens(end))
  }
  return answer
}

/** A marker behind every `<|message|>`. */
function marked(stream: readonly TokenMeaning[], run: number): readonly TokenMeaning[] {
  return stream.flatMap((token, index) =>
    "control" in token && token.control === "message" ? [token, ...textTokens(`«${run}.${index}»`)] : [token],
  )
}

/** Control tokens, words of headers and bytes that are no text, in any order. */
function randomTokens(random: Random, run: number): readonly TokenMeaning[] {
  return Array.from({ length: random(24) }, (_, index): readonly TokenMeaning[] => {
    switch (random(6)) {
      case 0:
        return [{ bytes: Uint8Array.from({ length: 1 + random(4) }, () => random(256)) }]
      case 1:
        return textTokens(pick(contents, random) || " ")
      case 2:
        return [...tokens("<|message|>"), ...textTokens(`«${run}.${index}»`)]
      default:
        return tokens(pick(noise, random))
    }
  }).flat()
}

function mutated(
  stream: readonly TokenMeaning[],
  mutations: number,
  random: Random,
): readonly TokenMeaning[] {
  const changed = [...stream]
  for (let mutation = 0; mutation < mutations; mutation++) {
    const at = random(changed.length + 1)
    const insert =
      random(3) === 0 ? [] : random(4) === 0 ? changed.slice(at, at + 3) : tokens(pick(noise, random))
    changed.splice(at, random(2), ...insert)
  }
  return changed
}

export function tokens(text: string): readonly TokenMeaning[] {
  return pieces(text).flatMap(piece => ("text" in piece ? textTokens(piece.text) : [piece]))
}

function textTokens(text: string): readonly TokenMeaning[] {
  return [{ bytes: new TextEncoder().encode(text) }]
}

/** The bytes between two control tokens: all in one, or cut by `cut`. */
export function piecesOf(
  stream: readonly TokenMeaning[],
  cut: (bytes: Uint8Array) => readonly Uint8Array[],
): readonly HarmonyPiece[] {
  const decoder = createUtf8Decoder()
  const result: HarmonyPiece[] = []
  let run: number[] = []
  const closeRun = () => {
    const texts = cut(Uint8Array.from(run)).map(part => decoder.push(part))
    for (const text of [...texts, decoder.flush()]) if (text !== "") result.push({ text })
    run = []
  }
  for (const token of stream) {
    if ("bytes" in token) run.push(...token.bytes)
    else {
      closeRun()
      result.push(token)
    }
  }
  closeRun()
  return result
}

export const whole = (bytes: Uint8Array): readonly Uint8Array[] => [bytes]

export function anywhere(random: Random): (bytes: Uint8Array) => readonly Uint8Array[] {
  return bytes => {
    const parts: Uint8Array[] = []
    let at = 0
    while (at < bytes.length) {
      const end = at + random(5)
      parts.push(bytes.subarray(at, end))
      at = end
    }
    return parts
  }
}

/** mulberry32: small, and the same everywhere. */
export function createRandom(from: number): Random {
  let state = from
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function pick<T>(list: readonly T[], random: Random): T {
  const item = list[random(list.length)]
  if (item === undefined) throw new Error("an empty list")
  return item
}
