// What computes has changed: the model is loaded anew in a fresh process, once nobody waits for the old one, and a
// graphics card that was given up gets another try.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { CudaPlace } from "../../../src/model/local/childEnvironment.ts"
import { runtimeProcess } from "../../../src/model/local/runtimeProcess.ts"
import { chat, user } from "../../support/demoConversation.ts"
import { localDemoModel } from "../../support/localDemoModel.ts"
import { ask, comesTrue, isAlive, never } from "../../support/runtimeTest.ts"
import { scriptedChild } from "../../support/scriptedChild.ts"

const question = { conversation: { messages: [...chat, user("Hello")] }, maxTokens: 300 }

/** Counts when one of the requests is cancelled. */
const waiting = `const open = []
onRequest = ({ id, type }) => {
  if (type === "cancel") for (const each of open.splice(0)) reply({ type: "counted", id: each, tokens: 1 })
  else if (type === "unload") reply({ type: "unloaded", id })
  else open.push(id)
}`

test("an answer under way is finished by the old process; the next request has a fresh one", async t => {
  const runtime = runtimeProcess({ mainPath: await scriptedChild(t, waiting) })
  const stop = new AbortController()
  const counting = [never, stop.signal].map(signal => ask(runtime, { type: "count", segments: [] }, signal))
  const old = runtime.pid ?? assert.fail("no process")
  runtime.renew()
  assert.equal(runtime.pid, old)
  const next = ask(runtime, { type: "unload" })
  stop.abort()
  assert.equal((await counting[0])?.last?.type, "counted")
  assert.equal((await next).last?.type, "unloaded")
  assert.notEqual(runtime.pid, old)
  assert.ok(!isAlive(old))
  await runtime.stop()
})

test("idle: the old process ends at once; without one nothing happens", async t => {
  const runtime = runtimeProcess({ mainPath: await scriptedChild(t, waiting) })
  runtime.renew()
  await ask(runtime, { type: "unload" })
  const old = runtime.pid ?? assert.fail("no process")
  runtime.renew()
  assert.ok(await comesTrue(() => !isAlive(old), 5000))
  assert.equal(runtime.pid, undefined)
})

/** Loads on a graphics card only where it is told of CUDA; its model's name is what computes. */
const cudaOnly = `onRequest = ({ type, id, gpu }) => {
  const isThere = gpu === "cpu" || process.env.OSPREY_CUDA_PROGRAMS !== undefined
  if (type === "load" && isThere) reply({ ...loaded(id), name: gpu })
  else if (type === "load") reply({ type: "failed", id, kind: "gpuFailed", detail: "no card" })
  else if (type === "generate") reply(done(id))
}`

test("a card that was given up is tried again after the round changed, and with CUDA it works", async t => {
  let cuda: CudaPlace | undefined
  let round = 1
  const brought: string[] = []
  const failed: string[] = []
  const runtime = runtimeProcess({ mainPath: await scriptedChild(t, cudaOnly), cuda: () => cuda })
  const model = localDemoModel(runtime, {
    gpu: "auto",
    gpuRound: () => round,
    onGpuFailed: detail => failed.push(detail),
    onLoaded: ({ name }) => brought.push(name),
  })
  const answer = async () => {
    for await (const _ of model.stream(question, never));
    await runtime.stop()
  }
  await answer()
  await answer()
  cuda = { programs: "/storage/cuda", libraries: [] }
  await answer()
  round++
  await answer()
  assert.deepEqual(brought, ["cpu", "cpu", "cpu", "auto"])
  assert.deepEqual(failed, ["no card"])
})
