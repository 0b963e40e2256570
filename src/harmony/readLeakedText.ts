// Rule for hosted answers: servers that fail to read Harmony hand the raw format on as plain content. Reads such
// a text again; leaves alone every text that only speaks about the format.
import { type ControlToken, controlTokens } from "../protocol/segment.ts"
import { blankCode } from "./blankCode.ts"
import type { HarmonyPiece } from "./harmonyPiece.ts"
import { createHarmonyReader, type ReaderOptions } from "./harmonyReader.ts"
import type { TurnOutcome } from "./turnOutcome.ts"

const literal = new RegExp(`<\\|(${controlTokens.join("|")})\\|>`, "g")
const stopAtEnd = /<\|(?:return|call|end)\|>\s*$/
/** Characters: a stop token and some white space. */
const longestEnd = 100
const leakedWord = /assistant(analysis|commentary|final)/

/**
 * What a complete content came to, if Harmony leaked into it: with problem `leaked_markup` (literal control
 * tokens outside code) or `leaked_words` (`analysis…assistantfinal…`). undefined: it is what it seems to be.
 */
export function readLeakedText(text: string, options: Omit<ReaderOptions, "role">): TurnOutcome | undefined {
  const masked = blankCode(text)
  if (/^\s*<\|channel\|>/.test(text) || holdsHeader(masked))
    return read(piecesOfMarkup(text, masked), "leaked_markup", options)
  const stop = stopAtEnd.exec(masked.slice(-longestEnd))
  // Code that was blanked looks like white space here, and isn't.
  if (stop !== null && text.endsWith(stop[0]))
    return read(answer(text.slice(0, text.length - stop[0].length)), "leaked_markup", options)
  if (/^analysis\S/.test(text) && leakedWord.test(text))
    return read(piecesOfWords(text), "leaked_words", options)
  return undefined
}

function holdsHeader(text: string): boolean {
  const start = text.indexOf("<|start|>assistant")
  return start >= 0 && text.includes("<|channel|>", start)
}

function read(
  pieces: readonly HarmonyPiece[],
  problem: string,
  options: Omit<ReaderOptions, "role">,
): TurnOutcome {
  const reader = createHarmonyReader(options)
  for (const piece of pieces) reader.push(piece)
  const { outcome } = reader.finish("stop")
  return { ...outcome, problems: [...new Set([...outcome.problems, problem])].sort() }
}

function answer(text: string): readonly HarmonyPiece[] {
  return [{ control: "channel" }, { text: "final" }, { control: "message" }, { text }, { control: "return" }]
}

/** Plain text before the first markup was for the user: it becomes a preamble. */
function piecesOfMarkup(text: string, masked: string): readonly HarmonyPiece[] {
  const pieces: HarmonyPiece[] = []
  let at = 0
  for (const match of masked.matchAll(literal)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index) })
    const control = controlTokens.find(token => token === match[1])
    if (control !== undefined) pieces.push({ control })
    at = match.index + match[0].length
  }
  if (at < text.length) pieces.push({ text: text.slice(at) })
  const [first] = pieces
  if (first === undefined || !("text" in first) || first.text.trim() === "") return pieces
  const next = pieces[1]
  const end: readonly HarmonyPiece[] = next !== undefined && isStart(next) ? [{ control: "end" }] : []
  return [...header("commentary"), first, ...end, ...pieces.slice(1)]
}

/** `analysis…assistantcommentary to=functions.x json{…}`: each word that opens a message, until the answer. */
function piecesOfWords(text: string): readonly HarmonyPiece[] {
  const pieces: HarmonyPiece[] = []
  let channel = "analysis"
  let rest = text.slice(channel.length)
  for (;;) {
    const next = channel === "final" ? null : leakedWord.exec(rest)
    pieces.push(...messageOfWords(channel, next === null ? rest : rest.slice(0, next.index)))
    if (next === null) return pieces
    channel = next[1] ?? "final"
    rest = rest.slice(next.index + next[0].length)
    pieces.push({ control: "start" }, { text: "assistant" })
  }
}

function messageOfWords(channel: string, text: string): readonly HarmonyPiece[] {
  const call = /^ to=([\w.-]+)(?:\s+(?:json|code|text)(?=[\s{["]|$))?\s*/.exec(text)
  if (call === null) return [...header(channel), { text }, { control: "end" }]
  const content = { text: text.slice(call[0].length) }
  return [...header(`${channel} to=${call[1]}`), content, { control: "call" }]
}

function header(text: string): readonly HarmonyPiece[] {
  return [{ control: "channel" }, { text }, { control: "message" }]
}

function isStart(piece: HarmonyPiece): boolean {
  return "control" in piece && piece.control === ("start" satisfies ControlToken)
}
