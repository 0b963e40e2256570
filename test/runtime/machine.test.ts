// R23, R27: what the child says of this computer and of a file, how fast a model is, and what a graphics card that isn't
// there leads to. Nothing here needs a graphics card, and with one it is true too.
import assert from "node:assert/strict"
import { availableParallelism, totalmem } from "node:os"
import { after, test } from "node:test"
import { memoryNeeded, requireMemory } from "../../src/runtime/requireMemory.ts"
import { RuntimeFailure } from "../../src/runtime/runtimeFailure.ts"
import {
  ask,
  comesTrue,
  demoModelPath,
  generateRequest,
  isAlive,
  loadRequest,
  questionTo,
  startRuntime,
  written,
} from "../support/runtimeTest.ts"

const runtime = startRuntime()
after(() => runtime.stop())

test("a probe tells the computer's parts and ends its process", async () => {
  const throwaway = startRuntime()
  const request = ask(throwaway, { type: "probe" })
  const pid = throwaway.pid ?? 0
  const { last } = await request
  assert.equal(last?.type, "probed")
  assert.ok(last.cores >= 1 && last.cores <= availableParallelism())
  assert.ok(last.memory > 0 && last.memory <= totalmem())
  assert.ok(last.availableMemory > 0)
  for (const { devices, memory } of last.gpus) assert.ok(devices.length > 0 && memory > 0)
  assert.ok(await comesTrue(() => !isAlive(pid), 5000), "the probe still runs")
  await throwaway.dispose()
})

test("a child with a model isn't probed", async () => {
  await ask(runtime, loadRequest())
  const { last } = await ask(runtime, { type: "probe" })
  assert.equal(last?.type === "failed" && last.kind, "busy")
})

test("inspect says what a file is, without loading it", async () => {
  const fresh = startRuntime()
  const { last } = await ask(fresh, { type: "inspect", modelPath: demoModelPath })
  assert.equal(last?.type === "inspected" && last.layers, 4)
  const missing = await ask(fresh, { type: "inspect", modelPath: `${demoModelPath}x` })
  assert.equal(missing.last?.type === "failed" && missing.last.kind, "modelMissing")
  const answer = await ask(fresh, generateRequest(questionTo("Hello")))
  assert.equal(answer.last?.type === "failed" && answer.last.kind, "noModel")
  await fresh.stop()
})

test("auto ends on the processor or on a card, and answers the same", async () => {
  const { last } = await ask(runtime, loadRequest({ gpu: "auto" }))
  assert.equal(last?.type, "loaded")
  const { replies } = await ask(runtime, generateRequest(questionTo("Thanks")))
  assert.match(written(replies), /You are welcome!«return»$/)
})

test("a card that this kind of computer never has is gpuFailed, and cpu loads in the same child", async () => {
  const never = process.platform === "darwin" ? "cuda" : "metal"
  const { last } = await ask(runtime, loadRequest({ gpu: never }))
  assert.deepEqual(last?.type === "failed" && [last.kind, last.detail], ["gpuFailed", `no ${never} device`])
  const processor = await ask(runtime, loadRequest({ gpu: "cpu" }))
  assert.equal(processor.last?.type === "loaded" && processor.last.gpu, "none")
})

test("a calibration measures, chooses threads, and the model answers as before", async () => {
  await ask(runtime, loadRequest({ threads: 0 }))
  const before = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  const { last } = await ask(runtime, { type: "calibrate" })
  assert.equal(last?.type, "calibrated")
  assert.equal(last.threads, 1)
  assert.ok(last.promptTokensPerSecond > 0 && Number.isFinite(last.promptTokensPerSecond))
  assert.ok(last.generationTokensPerSecond > 0 && Number.isFinite(last.generationTokensPerSecond))
  const after = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  assert.equal(written(after.replies), written(before.replies))
})

test("without a model there is nothing to calibrate; a ping is answered all the same", async () => {
  await ask(runtime, { type: "unload" })
  const { last } = await ask(runtime, { type: "calibrate" })
  assert.equal(last?.type === "failed" && last.kind, "noModel")
  assert.equal((await ask(runtime, { type: "ping" })).last?.type, "pong")
})

test("gpt-oss-20b takes 9.5 GiB for its experts and 48 KiB per token; what can't fit is refused with figures", () => {
  const experts = 24 * 3 * 32 * 2880 * 2880 * (17 / 32)
  const header = { fileSize: 0, name: "", trainedContextSize: 0, vocabularySize: 0, layers: 24 }
  const large = { ...header, expertBytes: experts, keyValueBytes: 24 * 8 * 128 * 2 }
  const needed = memoryNeeded(large, 20_480)
  assert.equal((needed / 2 ** 30).toFixed(1), "10.4")
  requireMemory(large, 20_480, 11 * 2 ** 30)
  assert.throws(
    () => requireMemory(large, 20_480, 8 * 2 ** 30),
    (error: unknown) =>
      error instanceof RuntimeFailure &&
      error.kind === "outOfMemory" &&
      error.message === "10.4 GiB needed, 8.0 GiB available",
  )
})
