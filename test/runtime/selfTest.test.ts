// R27: which graphics cards pass the self-test. The demo model on the processor is the one that computes rightly; the
// others are that same model with the faults that cards have been seen with.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { LoadedModel, TokenSequence } from "../../src/runtime/loadedModel.ts"
import { loadModel } from "../../src/runtime/loadModel.ts"
import { selfTest } from "../../src/runtime/selfTest.ts"
import { demoModelPath, never } from "../support/runtimeTest.ts"

let model: LoadedModel
before(async () => {
  const options = { modelPath: demoModelPath, contextSize: 1024, threads: 1, gpu: "cpu" as const }
  model = await loadModel(options, () => {}, never)
})
after(() => model.unload())

type Scores = ReadonlyMap<number, number>

/** The model, but what it computes goes through `change`. */
function faulty(change: (scores: Scores, tokens: readonly number[]) => Scores | Promise<Scores>) {
  const { chat, controlIds } = model
  const sequence: TokenSequence = {
    ...chat,
    scores: async tokens => change(await chat.scores(tokens), tokens),
  }
  return { chat: sequence, controlIds, encode: (text: string) => model.encode(text) }
}

test("a card that computes rightly passes, and leaves nothing behind", async () => {
  await selfTest(faulty(scores => scores))
  assert.equal(model.chat.matching([model.controlIds.start]), 0)
})

test("not a number", async () => {
  const card = faulty(scores => new Map([...scores.keys()].map(token => [token, Number.NaN])))
  await assert.rejects(selfTest(card), { kind: "gpuFailed", message: "its scores add up to NaN" })
})

test("all scores alike", async () => {
  const card = faulty(scores => new Map([...scores.keys()].map(token => [token, 1 / scores.size])))
  await assert.rejects(selfTest(card), { kind: "gpuFailed", message: /^an answer begins wrongly/ })
})

test("no scores at all", async () => {
  await assert.rejects(selfTest(faulty(() => new Map())), { message: "its scores add up to 0" })
})

test("always the same wrong token", async () => {
  const card = faulty(
    scores => new Map([...scores.keys()].map((token, index) => [token, index === 31 ? 1 : 0])),
  )
  await assert.rejects(selfTest(card), { message: /^an answer begins wrongly/ })
})

test("right in one batch, wrong token by token", async () => {
  const card = faulty((scores, tokens) =>
    tokens.length > 1 ? scores : new Map([...scores.keys()].map(token => [token, token === 5 ? 1 : 0])),
  )
  await assert.rejects(selfTest(card), { kind: "gpuFailed" })
})

test("no answer", async () => {
  const card = faulty(() => new Promise(() => {}))
  await assert.rejects(selfTest(card, 50), { kind: "gpuFailed", message: "no answer within 0.05 s" })
})
