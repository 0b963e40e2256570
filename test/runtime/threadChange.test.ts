// Another number of threads comes with the next prompt that begins anew: what a conversation has read stays.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { LoadedModel } from "../../src/runtime/loadedModel.ts"
import { loadModel } from "../../src/runtime/loadModel.ts"
import { demoModelPath, never } from "../support/runtimeTest.ts"

let model: LoadedModel
before(async () => {
  const options = { modelPath: demoModelPath, contextSize: 1024, threads: 1, gpu: false }
  model = await loadModel(options, () => {}, never)
})
after(() => model.unload())

test("the conversation goes on where it was; another one begins in the new context", async () => {
  const { chat } = model
  const [prompt, other] = [model.encode("one two three four five six"), model.encode("seven eight nine")]
  await chat.keepPrefix(prompt)
  await chat.feed(prompt)
  await model.useThreads(2)
  assert.equal(model.threads(), 2)
  const longer = [...prompt, ...other].slice(0, prompt.length + 2)
  assert.equal(await chat.keepPrefix(longer), prompt.length)
  assert.equal(await chat.keepPrefix(other), 0)
  assert.equal(chat.matching(prompt), 0)
  await chat.feed(other.slice(0, 2))
  assert.equal(chat.matching(other), 2)
})
