// What the chat's prompt always begins with is read before anybody asks.
import assert from "node:assert/strict"
import { after, beforeEach, test } from "node:test"
import type { ModelEvent } from "../../../src/model/languageModel.ts"
import { type RuntimeProcess, runtimeProcess } from "../../../src/model/local/runtimeProcess.ts"
import { chat, said, user } from "../../support/demoConversation.ts"
import { localDemoModel } from "../../support/localDemoModel.ts"
import { never, startRuntime } from "../../support/runtimeTest.ts"
import { scriptedChild } from "../../support/scriptedChild.ts"

let runtime: RuntimeProcess
beforeEach(() => {
  runtime = startRuntime()
})
after(() => runtime.stop())

const question = { conversation: { messages: [...chat, user("What is a closure?")] }, maxTokens: 300 }

test("prepared, the first question finds everything read but itself", async () => {
  const model = localDemoModel(runtime)
  await model.prepare({ messages: chat }, never)
  const stable = await model.countTokens({ messages: chat })
  const events: ModelEvent[] = []
  for await (const event of model.stream(question, never)) events.push(event)
  assert.match(said(events, "text"), /^A closure is a function/)
  const usage = events.find(event => event.type === "usage")?.usage
  // The count ends with "<|start|>assistant", which the question doesn't share.
  assert.ok((usage?.reusedTokens ?? 0) >= stable - 2, JSON.stringify({ usage, stable }))
  await runtime.stop()
})

test("a question in the middle of it is answered; the preparation ends", async () => {
  const model = localDemoModel(runtime)
  const preparing = model.prepare({ messages: chat }, never)
  const events: ModelEvent[] = []
  for await (const event of model.stream(question, never)) events.push(event)
  assert.match(said(events, "text"), /^A closure is a function/)
  await preparing
  await runtime.stop()
})

test("it is silent about faults and ends with its signal", async () => {
  await localDemoModel(runtime, { modelPath: "/nowhere/absent.gguf" }).prepare({ messages: chat }, never)
  await localDemoModel(runtime).prepare({ messages: chat }, AbortSignal.abort())
  await runtime.stop()
})

test("an answer that has to wait says for whom, until it begins", async t => {
  const mainPath = await scriptedChild(
    t,
    `onRequest = ({ type, id }) => {
      if (type === "load") return reply(loaded(id))
      if (type !== "generate") return
      reply({ type: "waiting", id, for: "answer" })
      reply({ type: "waiting", id, for: "ghostText" })
      reply({ type: "prompt", id, done: 1, total: 2 })
      reply({ type: "pieces", id, pieces: [{ control: "channel", token: 1 }] })
      reply({ type: "waiting", id, for: "ghostText" })
      reply(done(id))
    }`,
  )
  const scripted = runtimeProcess({ mainPath })
  const events: ModelEvent[] = []
  for await (const event of localDemoModel(scripted).stream(question, never)) events.push(event)
  const waits = events.filter(event => event.type === "waiting")
  assert.deepEqual(waits, [
    { type: "waiting", stage: "queued", for: "answer" },
    { type: "waiting", stage: "queued", for: "ghostText" },
    { type: "waiting", stage: "reading", done: 1, total: 2 },
  ])
  await scripted.stop()
})
