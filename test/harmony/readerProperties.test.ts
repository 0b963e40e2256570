// Two thousand random and mutated answers, each fed in random pieces: the reader never throws, reads the same
// however the text was split, gives out what its outcome holds, and loses nothing that stood in a content.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { HarmonyPiece } from "../../src/harmony/harmonyPiece.ts"
import { createHarmonyReader } from "../../src/harmony/harmonyReader.ts"
import type { ReaderEvent } from "../../src/harmony/readerEvent.ts"
import type { TurnOutcome } from "../../src/harmony/turnOutcome.ts"
import { pieces } from "./pieces.ts"

const runs = 2000
const seed = Number(process.env.OSPREY_SEED ?? 20_261_120)
const names = { tools: ["read_file", "list_problems"], builtins: ["python"] }

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
  "<|channel|>analysis to=python code",
  "",
]
const contents = [
  '{"path":"a"}',
  '[{"path":"a"}]',
  '{"path":"a',
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

test(`tolerant reader, seed ${seed} (OSPREY_SEED sets another)`, () => {
  const random = createRandom(seed)
  for (let run = 0; run < runs; run++) {
    const answer = randomAnswer(random, run)
    const reason = random(4) === 0 ? "length" : "stop"
    const role = random(4) === 0 ? null : "assistant"
    const told = `run ${run}: ${JSON.stringify(answer)}`
    const whole = read(joined(answer), role, reason)
    const split = read(splitAgain(answer, random), role, reason)
    assert.deepEqual(withoutRanges(split.outcome), withoutRanges(whole.outcome), told)
    for (const { events, outcome } of [whole, split]) assertEventsAddUp(events, outcome, told)
    const kept = JSON.stringify([whole.outcome, whole.outcome.calls.map(call => call.rawArguments)])
    for (const marker of contentMarkers(answer)) assert.ok(kept.includes(marker), `${told} lost ${marker}`)
  }
})

/** Messages that are nearly right, each content with a marker of its own, then mutated piece by piece. */
function randomAnswer(random: Random, run: number): HarmonyPiece[] {
  const answer: HarmonyPiece[] = []
  const count = 1 + random(4)
  for (let message = 0; message < count; message++) {
    if (message > 0) answer.push(...pieces("<|start|>assistant"))
    answer.push(...pieces(pick(headers, random)), { control: "message" })
    const content = pick(contents, random)
    if (content !== "") answer.push({ text: content })
    if (random(2) === 0) answer.push({ text: ` «${run}.${message}»` })
    answer.push(...pieces(pick(ends, random)))
  }
  const mutations = random(2) === 0 ? 0 : 1 + random(4)
  for (let mutation = 0; mutation < mutations; mutation++) {
    const at = random(answer.length + 1)
    const insert = random(3) === 0 ? [] : pieces(pick(noise, random))
    answer.splice(at, random(2), ...insert)
  }
  return answer
}

/**
 * The markers that stand in a content whatever else happens: between a `<|message|>` and the next control token
 * that isn't skipped there, before anything that may end the turn.
 */
function contentMarkers(answer: readonly HarmonyPiece[]): readonly string[] {
  const markers: string[] = []
  let inContent = false
  const text = answer.map(piece =>
    "text" in piece ? piece.text : "control" in piece ? `<|${piece.control}|>` : "",
  )
  const mayEnd = /user|functions\.read_file|endoftext|system|tool/
  for (const [index, piece] of answer.entries()) {
    if ("control" in piece) {
      if (piece.control === "message") inContent = true
      else if (piece.control !== "constrain") inContent = false
      if (piece.control === "endoftext") return markers
      if (
        piece.control === "start" &&
        mayEnd.test(
          text
            .slice(index + 1)
            .join(" ")
            .trimStart()
            .slice(0, 25),
        )
      )
        return markers
    } else if ("text" in piece && inContent) markers.push(...(piece.text.match(/«[^»]+»/g) ?? []))
  }
  return markers
}

function read(answer: readonly HarmonyPiece[], role: "assistant" | null, reason: "stop" | "length") {
  let id = 0
  const reader = createHarmonyReader({ role, ...names, newCallId: () => `call_${++id}` })
  const events = answer.flatMap(piece => [...reader.push(piece)])
  const last = reader.finish(reason)
  return { events: [...events, ...last.events], outcome: last.outcome }
}

function assertEventsAddUp(events: readonly ReaderEvent[], outcome: TurnOutcome, told: string): void {
  const textOf = (type: ReaderEvent["type"]) =>
    events.map(event => (event.type === type && "text" in event ? event.text : "")).join("")
  assert.equal(textOf("reasoning"), outcome.reasoning, told)
  const calls = events.flatMap(event => (event.type === "toolCall" ? [event.call] : []))
  assert.deepEqual(calls, outcome.calls, told)
  const shown = textOf("preamble") + textOf("text")
  const held = [...outcome.preambles, outcome.final ?? ""].join("")
  assert.deepEqual(letters(shown), letters(held), told)
}

/** The visible characters, whatever their order: a preamble may have become the answer. */
function letters(text: string): readonly string[] {
  return [...text.replace(/\s/g, "")].sort()
}

function withoutRanges(outcome: TurnOutcome) {
  return { ...outcome, messages: outcome.messages.map(({ message }) => message) }
}

function joined(answer: readonly HarmonyPiece[]): readonly HarmonyPiece[] {
  const whole: HarmonyPiece[] = []
  for (const piece of answer) {
    const last = whole.at(-1)
    if ("text" in piece && last !== undefined && "text" in last)
      whole[whole.length - 1] = { text: last.text + piece.text }
    else whole.push(piece)
  }
  return whole
}

function splitAgain(answer: readonly HarmonyPiece[], random: Random): readonly HarmonyPiece[] {
  return answer.flatMap((piece): readonly HarmonyPiece[] => {
    if (!("text" in piece)) return [piece]
    const parts: HarmonyPiece[] = []
    const characters = [...piece.text]
    while (characters.length > 0) parts.push({ text: characters.splice(0, random(4)).join("") })
    return parts
  })
}

type Random = (below: number) => number

/** mulberry32: small, and the same everywhere. */
function createRandom(from: number): Random {
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
