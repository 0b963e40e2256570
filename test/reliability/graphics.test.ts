// A graphics card that doesn't do it (R27): the driver takes the process down that asked for it, or the model talks
// nonsense there. The processor does it instead, and somebody is told.
import assert from "node:assert/strict"
import { type TestContext, test } from "node:test"
import { probeMachine } from "../../src/model/local/probeMachine.ts"
import { type RuntimeProcess, runtimeProcess } from "../../src/model/local/runtimeProcess.ts"
import type { Gpu, GpuChoice } from "../../src/protocol/runtimeProtocol.ts"
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
  const hanging = await scriptedChild(t, "onRequest = () => { for (;;); }")
  assert.equal(await probeMachine(hanging, never, undefined, 500), "crashed")
  const brought: string[] = []
  const runtime = runtimeProcess({ mainPath: await scriptedChild(t, failing) })
  const gpus = async () => ((await probeMachine(crashing, never)) === "crashed" ? [] : ["vulkan" as const])
  const model = localDemoModel(runtime, { gpu: true, gpus, onLoaded: ({ name }) => brought.push(name) })
  for await (const _ of model.stream(question, never));
  assert.deepEqual(brought, ["cpu"])
  await runtime.stop()
})

/** Its driver takes the process down: `dies` decides at which request. Its load request is the model's name. */
const crashing = (dies: string) => `onRequest = request => {
  const { type, id, gpu } = request
  if (type === "load") process.gpu = gpu
  if (${dies}) process.stderr.write(process.gpu + ": vk::DeviceLostError\\n", () => process.abort())
  else if (type === "load") reply({ ...loaded(id), name: gpu, gpu: gpu === "cpu" ? "none" : gpu })
  else if (type === "generate") reply(done(id))
}`

type Played = {
  readonly asked: string[]
  readonly told: string[]
  readonly runtime: RuntimeProcess
  play(): Promise<void>
}

async function cardsOf(t: TestContext, dies: string, gpu: GpuChoice, found: readonly Gpu[]): Promise<Played> {
  const asked: string[] = []
  const told: string[] = []
  const runtime = runtimeProcess({ mainPath: await scriptedChild(t, crashing(dies)) })
  t.after(() => runtime.stop())
  const model = localDemoModel(runtime, {
    gpu,
    gpus: async () => found,
    beforeLoad: async choice => void asked.push(String(choice)),
    onGpuFailed: (detail, next) => told.push(`${/\w+: vk::\w+/.exec(detail)?.[0]} → ${next}`),
  })
  const play = async () => {
    for await (const _ of model.stream(question, never));
  }
  return { asked, told, runtime, play }
}

test("a driver takes the loading process down: the next interface, then the processor; each is asked about first", async t => {
  const { asked, told, play, runtime } = await cardsOf(t, `type === "load" && gpu !== "cpu"`, "auto", [
    "cuda",
    "vulkan",
  ])
  await play()
  assert.deepEqual(asked, ["cuda", "vulkan", "cpu"])
  assert.deepEqual(told, ["cuda: vk::DeviceLostError → vulkan", "vulkan: vk::DeviceLostError → cpu"])
  await runtime.stop()
  await play()
  assert.deepEqual(asked.slice(3), ["cpu"])
  assert.equal(told.length, 2)
})

test("it dies of the first prompt: one error, and the next message is answered by the processor", async t => {
  const { asked, told, play } = await cardsOf(t, `type === "generate" && process.gpu !== "cpu"`, "vulkan", [
    "vulkan",
  ])
  await assert.rejects(play(), { kind: "runtimeEnded" })
  assert.deepEqual([asked, told], [["vulkan"], []])
  await play()
  assert.deepEqual([asked, told], [["vulkan", "cpu"], ["vulkan: vk::DeviceLostError → cpu"]])
})

test("killed from outside while a card loads it: that is no fault of the card's", {
  skip: process.platform === "win32",
}, async t => {
  const dies = `type === "load" && gpu !== "cpu" && process.kill(process.pid, "SIGKILL")`
  const { asked, told, play } = await cardsOf(t, dies, "vulkan", ["vulkan"])
  for (let round = 0; round < 2; round++) await assert.rejects(play(), { kind: "runtimeEnded" })
  assert.deepEqual([asked, told], [["vulkan", "vulkan"], []])
})

test("this computer can be asked, and the process that was asked is gone", async () => {
  const facts = await probeMachine(runtimeMain, never)
  assert.ok(typeof facts === "object")
  assert.ok(
    facts.cores >= 1 && facts.memory > 0 && facts.availableMemory <= facts.memory,
    JSON.stringify(facts),
  )
})
