// A graphics card that doesn't do it (R27): the driver takes the process down that asked for it, or the model talks
// nonsense there. The processor does it instead, and somebody is told.
import assert from "node:assert/strict"
import { test } from "node:test"
import { probeMachine } from "../../src/model/local/probeMachine.ts"
import { runtimeProcess } from "../../src/model/local/runtimeProcess.ts"
import { chat, user } from "../support/demoConversation.ts"
import { localDemoModel } from "../support/localDemoModel.ts"
import { never, runtimeMain } from "../support/runtimeTest.ts"
import { scriptedChild } from "../support/scriptedChild.ts"

const question = { conversation: { messages: [...chat, user("Hello")] }, maxTokens: 300 }

/** Fails on a graphics card; on the processor it answers with its load request as the model's name. */
const failing = `onRequest = request => {
  const { type, id, gpu } = request
  if (type === "load" && gpu !== "cpu") reply({ type: "failed", id, kind: "gpuFailed", detail: "nonsense came out" })
  else if (type === "load") reply({ ...loaded(id), name: gpu })
  else if (type === "generate") reply(done(id))
}`

test("the model fails there: loaded again for the processor in a fresh process, which is told once", async t => {
  const started: number[] = []
  const told: string[] = []
  const brought: string[] = []
  const runtime = runtimeProcess({
    mainPath: await scriptedChild(t, failing),
    onStart: pid => started.push(pid),
  })
  const model = localDemoModel(runtime, {
    gpu: "auto",
    onGpuFailed: detail => told.push(detail),
    onLoaded: ({ name }) => brought.push(name),
  })
  for (let round = 0; round < 2; round++) {
    for await (const _ of model.stream(question, never));
    await runtime.stop()
  }
  assert.deepEqual(told, ["nonsense came out"])
  assert.deepEqual(brought, ["cpu", "cpu"])
  assert.equal(started.length, 3)
})

test("a driver that takes the asking process down is as good as no graphics card", async t => {
  const crashing = await scriptedChild(t, "onRequest = () => process.abort()")
  assert.equal(await probeMachine(crashing, never), "crashed")
  const brought: string[] = []
  const runtime = runtimeProcess({ mainPath: await scriptedChild(t, failing) })
  const gpuWorks = async () => (await probeMachine(crashing, never)) !== "crashed"
  const model = localDemoModel(runtime, { gpu: true, gpuWorks, onLoaded: ({ name }) => brought.push(name) })
  for await (const _ of model.stream(question, never));
  assert.deepEqual(brought, ["cpu"])
  await runtime.stop()
})

test("this computer can be asked, and the process that was asked is gone", async () => {
  const facts = await probeMachine(runtimeMain, never)
  assert.ok(facts !== "crashed")
  assert.ok(
    facts.cores >= 1 && facts.memory > 0 && facts.availableMemory <= facts.memory,
    JSON.stringify(facts),
  )
})
