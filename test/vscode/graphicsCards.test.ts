// Which graphics card is used, and what is said when the settings ask for CUDA: the process that is asked is a real one,
// its answer is the test's.
import assert from "node:assert/strict"
import { cp, mkdir, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { type TestContext, test } from "node:test"
import { cudaFolder, cudaProgramsIn } from "../../src/model/local/cudaPrograms.ts"
import { probeMachine } from "../../src/model/local/probeMachine.ts"
import { graphicsCards } from "../../src/vscode/graphicsCards.ts"
import { ask, loadRequest, never, runtimeMain, startRuntime } from "../support/runtimeTest.ts"
import { scriptedChild } from "../support/scriptedChild.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

/** Finds Vulkan, and CUDA where it is told of a folder. */
const cardsOfChild = `onRequest = ({ id }) => {
  const card = gpu => ({ gpu, devices: [gpu + " card"], memory: 1, freeMemory: 1 })
  const gpus = process.env.OSPREY_CUDA_PROGRAMS ? [card("cuda"), card("vulkan")] : [card("vulkan")]
  reply({ type: "probed", id, gpus, cores: 2, memory: 1, availableMemory: 1 })
}`

async function setting(t: TestContext, platform = "linux-x64", script = cardsOfChild, warned: string[] = []) {
  const storage = await temporaryFolder(t)
  const said: string[] = []
  const cards = graphicsCards({
    ...{ storage, platform, mainPath: await scriptedChild(t, script) },
    libraries: () => ({ driver: true, missing: ["libcublas.so.13"], folders: [] }),
    tell: sentence => said.push(sentence),
    offerCuda: sentence => said.push(`offered: ${sentence}`),
    log: { info() {}, warn: line => void warned.push(line), error() {} },
  })
  const programs = cudaProgramsIn(cudaFolder(storage))
  return {
    ...cards,
    said,
    async addCuda() {
      await mkdir(path.join(programs, "linux-x64-cuda"), { recursive: true })
      await writeFile(path.join(programs, "linux-x64-cuda/llama-addon.node"), "")
    },
    async addOlder() {
      await mkdir(path.join(cudaFolder(storage), "3.20.0"), { recursive: true })
    },
  }
}

test("without CUDA support: any other card does for auto; who asks for CUDA is offered it, once", async t => {
  const { usable, said, best } = await setting(t)
  assert.deepEqual(await usable("auto"), ["vulkan"])
  assert.equal(best("auto")?.gpu, "vulkan")
  assert.deepEqual([said, best("cpu"), best("cuda")], [[], undefined, undefined])
  for (let round = 0; round < 2; round++) assert.deepEqual(await usable("cuda"), [])
  assert.deepEqual(said, [
    "offered: osprey.local.gpu is cuda, but CUDA support isn’t installed. Until you add it, the processor computes for the model.",
  ])
})

test("added meanwhile: asked again by itself, and what failed before is tried again", async t => {
  const { usable, round, addCuda, best } = await setting(t)
  assert.deepEqual(await usable("cuda"), [])
  const before = round()
  await addCuda()
  assert.deepEqual([await usable("cuda"), await usable("auto")], [["cuda"], ["cuda", "vulkan"]])
  assert.notEqual(round(), before)
  assert.equal(best("cuda")?.gpu, "cuda")
})

test("added, and no card does it: the processor, with what is missing", async t => {
  const { usable, addCuda, said } = await setting(
    t,
    "linux-x64",
    cardsOfChild.replace("OSPREY_CUDA_PROGRAMS", "NONE"),
  )
  await addCuda()
  assert.deepEqual(await usable("cuda"), [])
  assert.deepEqual(await usable("auto"), ["vulkan"])
  assert.deepEqual(said, [
    "The processor computes for the model: CUDA support is here, but libcublas.so.13 was not found. " +
      "Install NVIDIA’s CUDA Toolkit 13, then choose “Add CUDA Support…” again.",
  ])
})

test("one of an older Osprey: the new one is offered, also to auto; the processor's user hears nothing", async t => {
  const { usable, addOlder, said } = await setting(t)
  await addOlder()
  await usable("vulkan")
  assert.deepEqual(said, [])
  await usable("auto")
  assert.match(said.join(), /^offered: This version of Osprey needs another version of its CUDA support\./)
})

test("another interface that the settings name and no card has: the processor, and that is said once", async t => {
  const { usable, said } = await setting(t)
  assert.deepEqual(await usable("vulkan"), ["vulkan"])
  for (let round = 0; round < 2; round++) assert.deepEqual(await usable("metal"), [])
  assert.deepEqual(said, [
    "osprey.local.gpu is metal, but no graphics card was found that can be used so. The processor computes for the model.",
  ])
})

test("a driver that takes the asking process down: the processor, and that is said once, to auto too", async t => {
  const warned: string[] = []
  const { usable, said } = await setting(t, "linux-x64", "onRequest = () => process.abort()", warned)
  for (const wanted of ["auto", "vulkan", "cuda"] as const) assert.deepEqual(await usable(wanted), [])
  assert.equal(said.length, 1)
  assert.match(
    said[0] ?? "",
    /^Looking for graphics cards ended its process, as a broken driver does\. The processor/,
  )
  assert.equal(warned.length, 1)
})

test("without a runtime nothing is said of drivers: loading the model tells it", async t => {
  const script = `onRequest = ({ id }) => reply({ type: "failed", id, kind: "noBinary", detail: "none" })`
  const { usable, said } = await setting(t, "linux-x64", script)
  assert.deepEqual(await usable("vulkan"), [])
  assert.deepEqual(said, [])
})

test("where there is no CUDA build, it isn't offered", async t => {
  const { usable, said } = await setting(t, "darwin-arm64")
  assert.deepEqual(await usable("cuda"), [])
  assert.match(said.join(), /^The processor computes for the model: .* no CUDA build for this computer\./)
})

test("the true runtime looks where it is told: what lies there is loaded, and one that computes nothing is left", {
  skip: process.platform !== "linux" && "reads /proc",
}, async t => {
  // llama.cpp's own build for processors stands in for the one for CUDA, which no machine of the tests can run.
  const programs = await temporaryFolder(t)
  const bins = path.join(path.dirname(path.dirname(runtimeMain)), "bins", `linux-${process.arch}`)
  await cp(bins, path.join(programs, `linux-${process.arch}-cuda`), { recursive: true })
  const cuda = { programs, libraries: [] }
  const runtime = startRuntime({ cuda: () => cuda })
  t.after(() => runtime.stop())
  const { last } = await ask(runtime, loadRequest({ gpu: "cuda" }))
  assert.ok(last?.type === "failed" && last.kind === "gpuFailed", JSON.stringify(last))
  const maps = await readFile(`/proc/${runtime.pid}/maps`, "utf8")
  assert.ok(maps.includes(path.join(programs, `linux-${process.arch}-cuda`, "llama-addon.node")))
  const facts = await probeMachine(runtimeMain, never, cuda)
  assert.ok(typeof facts !== "string" && facts.gpus.every(({ gpu }) => gpu !== "cuda"), JSON.stringify(facts))
})
