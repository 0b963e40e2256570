// What is used again after an edit must be as good as computed anew. Half of gpt-oss's layers look back 128 tokens only,
// and a cache that keeps no more than that would go on from a place whose window is gone.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { LoadedModel, TokenSequence } from "../../src/runtime/loadedModel.ts"
import { loadModel } from "../../src/runtime/loadModel.ts"
import { demoModelPath, never } from "../support/runtimeTest.ts"

let model: LoadedModel
before(async () => {
  const options = { modelPath: demoModelPath, contextSize: 4096, threads: 1, gpu: "cpu" as const }
  model = await loadModel(options, () => {}, never)
})
after(() => model.unload())

const lines = Array.from(
  { length: 60 },
  (_, index) => `const value${index} = compute(${index}, left, right)\n`,
)

/** The document with another line at that place, or without a change. */
function document(editedLine?: number): readonly number[] {
  return model.encode(
    (editedLine === undefined ? lines : lines.with(editedLine, "let changed = 1\n")).join(""),
  )
}

/** Scores of the next token, after as much of the tokens as possible is used again; and how many that were. */
async function scoresAfter(sequence: TokenSequence, tokens: readonly number[]) {
  const reused = await sequence.keepPrefix(tokens.slice(0, -1))
  for (let at = reused; at < tokens.length - 1; at += 256)
    await sequence.feed(tokens.slice(at, Math.min(at + 256, tokens.length - 1)))
  return { reused, scores: await sequence.scores(tokens.slice(-1)) }
}

/** Of all the probability, the part that is elsewhere: 0 for the same, 1 for nothing in common. */
function difference(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  let sum = 0
  for (const [token, score] of a) sum += Math.abs(score - (b.get(token) ?? 0))
  return sum / 2
}

for (const line of [59, 55, 50, 40, 20, 1])
  test(`an edit of line ${line} of 60 keeps what is before it, and computes the same as a cold start`, async () => {
    await model.chat.keepPrefix([])
    const cold = await scoresAfter(model.chat, document(line))
    assert.equal(cold.reused, 0)
    await model.chat.keepPrefix([])
    const whole = await scoresAfter(model.chat, document())
    const warm = await scoresAfter(model.chat, document(line))
    const before = model.encode(lines.slice(0, line).join("")).length
    assert.ok(warm.reused >= before - 1, `${warm.reused} of ${before}`)
    assert.ok(difference(cold.scores, warm.scores) < 0.05, `${difference(cold.scores, warm.scores)}`)
    if (line === 59) assert.ok(difference(whole.scores, warm.scores) > 0.05, "the edit doesn't show")
  })
