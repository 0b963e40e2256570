// How many tokens are worth a guess, by what 4, 8 and 16 at once cost over one; and that on the real demo model.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { LoadedModel } from "../../src/runtime/loadedModel.ts"
import { loadModel } from "../../src/runtime/loadModel.ts"
import { longestDraft, measureDrafts } from "../../src/runtime/measureDrafts.ts"
import { demoModelPath, never } from "../support/runtimeTest.ts"

test("where several tokens cost nearly as much as one after the other, none", () => {
  assert.equal(longestDraft([3.7, 7.2, 14]), 0)
  assert.equal(longestDraft([3.4, 6.6, 13]), 0)
})

test("where they cost little more than one, the most", () => {
  assert.equal(longestDraft([1.1, 1.15, 1.3]), 15)
})

test("where sixteen at once are dear, fewer", () => {
  assert.equal(longestDraft([1.2, 1.9, 9]), 7)
  assert.equal(longestDraft([1.5, 6, 14]), 3)
})

test("gpt-oss-20b's size on two processor cores, where llama.cpp took 73, 225, 386, 715 ms: none", () => {
  assert.equal(longestDraft([225 / 73, 386 / 73, 715 / 73]), 0)
})

test("a measurement leaves what was evaluated before, and counts only its own steps", async () => {
  const model: LoadedModel = await loadModel(
    { modelPath: demoModelPath, contextSize: 512, threads: 1, gpu: "cpu" },
    () => {},
    never,
  )
  try {
    const text = model.encode("const total = items.map(item => item.price).length\n".repeat(4))
    await model.chat.feed(text.slice(0, 8))
    const chosen = await measureDrafts(model.chat, text.slice(8), work => work(), never)
    assert.ok([0, 3, 7, 15].includes(chosen), `${chosen}`)
    assert.equal(model.chat.matching(text.slice(0, 8)), 8)
  } finally {
    await model.unload()
  }
})
