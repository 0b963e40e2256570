// What holds for every stream whatsoever: how it is read doesn't depend on how it arrives, what is given out is what
// the outcome holds, nothing in a content is lost, only what can be read is a call, and the history is clean.
import assert from "node:assert/strict"
import { type HarmonyPiece, pieceLiteral } from "../../src/harmony/harmonyPiece.ts"
import { createHarmonyReader } from "../../src/harmony/harmonyReader.ts"
import type { ReaderEvent } from "../../src/harmony/readerEvent.ts"
import { readLeakedText } from "../../src/harmony/readLeakedText.ts"
import { renderConversation } from "../../src/harmony/renderConversation.ts"
import type { TurnOutcome } from "../../src/harmony/turnOutcome.ts"
import { goldenStreams } from "./goldenStreams.ts"
import {
  anywhere,
  createRandom,
  offered,
  piecesOf,
  randomStream,
  type Stream,
  whole,
} from "./propertyStreams.ts"

const splits = 5

/** Throws an AssertionError with the first stream that breaks a law. */
export async function checkStreams(count: number, seed: number): Promise<void> {
  const random = createRandom(seed)
  const golden = (await goldenStreams()).map(({ stream }) => stream)
  for (let run = 0; run < count; run++) {
    const stream = randomStream(random, run, golden)
    const unsplit = piecesOf(stream.tokens, whole)
    const told = `run ${run} of seed ${seed}: ${JSON.stringify(unsplit.map(pieceLiteral))} ${stream.role} ${stream.reason}`
    const reading = read(unsplit, stream)
    assertSound(reading, unsplit, told)
    for (let split = 0; split < splits; split++)
      assertSame(read(piecesOf(stream.tokens, anywhere(random)), stream), reading, told)
    readLeakedText(unsplit.map(pieceLiteral).join(""), offered)
  }
}

export type Reading = { readonly events: readonly ReaderEvent[]; readonly outcome: TurnOutcome }

export function read(
  pieces: readonly HarmonyPiece[],
  { role, reason }: Omit<Stream, "tokens">,
  names: { readonly tools: readonly string[]; readonly builtins: readonly string[] } = offered,
): Reading {
  let id = 0
  const reader = createHarmonyReader({ role, ...names, newCallId: () => `call_${++id}` })
  const events = pieces.flatMap(piece => [...reader.push(piece)])
  const last = reader.finish(reason)
  return { events: [...events, ...last.events], outcome: last.outcome }
}

export function assertSame(actual: Reading, expected: Reading, told: string): void {
  assert.deepEqual(withoutRanges(actual.outcome), withoutRanges(expected.outcome), told)
  assert.deepEqual(streamedTexts(actual.events), streamedTexts(expected.events), told)
}

function assertSound(reading: Reading, pieces: readonly HarmonyPiece[], told: string): void {
  assertEventsAddUp(reading, told)
  assertNothingLost(reading, pieces, told)
  assertOnlyReadableCallsRun(reading.outcome, told)
  assertCleanHistory(reading.outcome, told)
}

function assertEventsAddUp({ events, outcome }: Reading, told: string): void {
  const texts = streamedTexts(events)
  assert.equal(texts.reasoning, outcome.reasoning, told)
  const calls = events.flatMap(event => (event.type === "toolCall" ? [event.call] : []))
  assert.deepEqual(calls, outcome.calls, told)
  const held = [...outcome.preambles, outcome.final ?? ""].join("")
  assert.deepEqual(letters(texts.preamble + texts.text), letters(held), told)
}

function assertNothingLost({ outcome }: Reading, pieces: readonly HarmonyPiece[], told: string): void {
  const kept = JSON.stringify([outcome, outcome.calls.map(call => call.rawArguments)])
  const invented = outcome.problems.includes("hallucinated_turn")
  if (invented) assert.match(texts(pieces), /system|developer|user|tool|functions|python|browser|to=/, told)
  for (const marker of contentMarkers(pieces, invented))
    assert.ok(kept.includes(marker), `${told} lost ${marker}`)
}

function assertOnlyReadableCallsRun({ calls, status }: TurnOutcome, told: string): void {
  for (const call of calls) {
    const isFaulty = ["bad_arguments", "unterminated_call"].some(code => call.problems.includes(code))
    assert.equal(call.arguments === null, isFaulty, told)
    if (call.problems.includes("unterminated_call")) assert.equal(status, "truncated", told)
    if (offered.tools.includes(call.name)) assert.ok(!call.problems.includes("unknown_tool"), told)
  }
}

/** What the model will read again is in good form, and reads as what it was taken for. */
function assertCleanHistory(outcome: TurnOutcome, told: string): void {
  const messages = outcome.messages.map(({ message }) => message)
  const again = read(
    renderConversation({ messages }, { mode: "conversation", historyRule: "keep-all" })
      .slice(2) // `<|start|>assistant`, which the reader is told of
      .map(segment => ("tokens" in segment ? assert.fail("ids of no model") : segment)),
    { role: "assistant", reason: "stop" },
  ).outcome
  assert.deepEqual(
    again.calls.map(call => call.name),
    outcome.calls.map(call => call.name),
    told,
  )
  for (const [index, call] of outcome.calls.entries())
    if (!call.problems.includes("unterminated_call"))
      assert.deepEqual(again.calls[index]?.arguments, call.arguments, told)
  assert.deepEqual(letters(again.reasoning), letters(outcome.reasoning), told)
  // What a call means that was cut off can't be told, so it reads as it stands.
  const isCut = outcome.problems.includes("unterminated_call")
  const meant = ["bad_arguments", "unknown_tool", "final_missing", ...(isCut ? ["repaired_arguments"] : [])]
  const faults = again.problems.filter(code => !meant.includes(code))
  assert.deepEqual(faults, [], told)
}

/**
 * The markers that stand in a content whatever else happens: between a `<|message|>` and the next control token
 * that isn't skipped there, before the stream's end and before a turn that the model `invented` for somebody else.
 */
function contentMarkers(pieces: readonly HarmonyPiece[], invented: boolean): readonly string[] {
  const markers: string[] = []
  let inContent = false
  for (const [index, piece] of pieces.entries()) {
    if ("control" in piece) {
      if (piece.control === "message") inContent = true
      else if (piece.control !== "constrain") inContent = false
      if (piece.control === "endoftext") return markers
      if (invented && piece.control === "start" && !/^\s*assistant/.test(textAfter(pieces, index)))
        return markers
    } else if ("text" in piece && inContent) markers.push(...(piece.text.match(/«[^»]+»/g) ?? []))
    else if ("text" in piece && invented && foreignAuthor.test(piece.text)) return markers
  }
  return markers
}

const foreignAuthor = /^\s*(?:system|developer|user|tool)\b/

function texts(pieces: readonly HarmonyPiece[]): string {
  return pieces.map(piece => ("text" in piece ? piece.text : "")).join("")
}

/** Up to the next control token; reserved tokens don't part a word. */
function textAfter(pieces: readonly HarmonyPiece[], index: number): string {
  const end = pieces.findIndex((piece, at) => at > index && "control" in piece)
  const between = pieces.slice(index + 1, end < 0 ? undefined : end)
  return between.map(piece => ("text" in piece ? piece.text : "")).join("")
}

function streamedTexts(events: readonly ReaderEvent[]) {
  const textOf = (type: ReaderEvent["type"]) =>
    events.map(event => (event.type === type && "text" in event ? event.text : "")).join("")
  return { reasoning: textOf("reasoning"), preamble: textOf("preamble"), text: textOf("text") }
}

/** The visible characters, whatever their order: a preamble may have become the answer. */
function letters(text: string): readonly string[] {
  return [...text.replace(/\s/g, "")].sort()
}

function withoutRanges(outcome: TurnOutcome) {
  return { ...outcome, messages: outcome.messages.map(({ message }) => message) }
}
