// What holds for a stop at any moment of a request: it ends at once and quietly, nothing comes after it, and the
// connection is closed.
import assert from "node:assert/strict"
import { setImmediate as turnOfLoop } from "node:timers/promises"
import type { ModelEvent } from "../../../src/model/languageModel.ts"
import { type Random, randomFrom } from "../../demo-model/random.ts"
import { conversation, testModel, user } from "../../support/hostedTest.ts"
import {
  delta,
  event,
  type Reply,
  type ReplyStep,
  type ScriptedEndpoint,
  scriptedEndpoint,
  streamReply,
} from "../../support/scriptedEndpoint.ts"

/** Milliseconds from the stop to the end of the answer, worst of 95 in a hundred. */
export async function checkCancels(
  t: { after(work: () => Promise<void>): void },
  rounds: number,
  seed: number,
): Promise<number> {
  const random = randomFrom(seed)
  const endpoint = await scriptedEndpoint(t, () => answer(random))
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await cancelled(endpoint, random))
  while (endpoint.connections > 0) await turnOfLoop()
  times.sort((one, other) => one - other)
  return times[Math.floor(times.length * 0.95)] ?? 0
}

/** Silent, silent after its headers, or endless. */
function answer(random: Random): Reply | Promise<Reply> {
  if (random.chance(0.2)) return new Promise<Reply>(() => {})
  return streamReply(random.chance(0.2) ? [{ hang: true }] : [], endless())
}

function* endless(): Generator<ReplyStep> {
  const pieces = [
    delta({ reasoning: "Think. " }),
    delta({ content: "Word " }),
    delta({ tool_calls: [{ index: 0, function: { name: "read_file", arguments: " " } }] }),
    delta({ content: "two <|", reasoning: "and two" }),
  ]
  for (let round = 0; ; round++) {
    // Several events in one packet, so that some are in the reader's hands when the stop comes.
    yield pieces.map(event).join("")
    if (round % 3 === 0) yield { until: turnOfLoop() }
  }
}

async function cancelled(endpoint: ScriptedEndpoint, random: Random): Promise<number> {
  const index = endpoint.requests.length
  const controller = new AbortController()
  const stopAfter = random.pick([0, 1, 2, 7, 40, 200])
  let stoppedAt = 0
  const stop = () => {
    stoppedAt = performance.now()
    controller.abort()
  }
  const request = { conversation: conversation(user("Q")), maxTokens: 1000 }
  const events: ModelEvent[] = []
  const reading = (async () => {
    for await (const each of testModel(endpoint.baseUrl).stream(request, controller.signal)) {
      assert.equal(stoppedAt, 0, "an event after the stop")
      events.push(each)
      if (events.length === stopAfter) stop()
    }
  })()
  await endpoint.arrived(index)
  if (stopAfter === 0 || random.chance(0.5)) {
    for (let turns = random.whole(0, 20); turns > 0; turns--) await turnOfLoop()
    if (stoppedAt === 0) stop()
  }
  // A server that says nothing never gets to the event that stops it.
  const mute = setTimeout(() => stoppedAt === 0 && stop(), 50)
  await reading
  clearTimeout(mute)
  const ms = performance.now() - stoppedAt
  assert.ok(stoppedAt > 0 && events.every(({ type }) => type !== "finish"))
  await endpoint.hungUp(index)
  return ms
}
