// Advice before a download and about a file: what is known at once, and what it becomes when a true child process has
// answered for the graphics card. Its answer is the test's.
import assert from "node:assert/strict"
import { type TestContext, test } from "node:test"
import { gptOss20b, gptOss120b } from "../../src/model/local/fit/modelNeeds.ts"
import type { ModelState } from "../../src/protocol/chatState.ts"
import { graphicsCards } from "../../src/vscode/graphicsCards.ts"
import { laterAdvice } from "../../src/vscode/laterAdvice.ts"
import { localFigures } from "../../src/vscode/localFigures.ts"
import { pageAdvice } from "../../src/vscode/pageAdvice.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"
import { comesTrue } from "../support/runtimeTest.ts"
import { scriptedChild } from "../support/scriptedChild.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import { memoryOf } from "./memoryOf.ts"

const GiB = 2 ** 30
const cardOf24 = `onRequest = ({ id }) => reply({
  type: "probed", id, cores: 4, memory: 1, availableMemory: 1,
  gpus: [{ gpu: "vulkan", devices: ["NVIDIA GeForce RTX 4090"], memory: 24 * 2 ** 30, freeMemory: 23 * 2 ** 30 }],
})`
const tooSmall = "Needs about 14 GB of memory; 7 GB are here. An endpoint is the better choice."
const onCard = "Fits: NVIDIA GeForce RTX 4090 with 24 GB, 90–320 tokens/s expected, 16k context."

type Given = {
  readonly gpu?: string
  readonly gpuLayers?: number
  readonly memory?: number
  readonly measured?: readonly unknown[]
  readonly child?: string
}

/** A computer of 8 GB, and what it asked for and said. */
async function computerWith(t: TestContext, given: Given = {}) {
  const { gpu = "auto", gpuLayers = -1, memory = 7.7, measured = [], child = cardOf24 } = given
  const values = new Map<string, unknown>([
    ["local.gpu", gpu],
    ["local.gpuLayers", gpuLayers],
    ["local.contextSize", 16_384],
  ])
  const settings = () =>
    readSettings({ get: () => undefined, inspect: key => ({ globalValue: values.get(key) }) })
  const log = { info() {}, warn() {}, error() {} }
  let asked = 0
  const cards = graphicsCards({
    ...{
      storage: await temporaryFolder(t),
      platform: "linux-x64",
      mainPath: await scriptedChild(t, child),
      log,
    },
    libraries: () => ({ driver: true, missing: [], folders: [] }),
    tell: sentence => assert.fail(sentence),
    offerCuda: sentence => assert.fail(sentence),
  })
  const memento = memoryOf({ "osprey.modelSpeeds": measured })
  const advice = laterAdvice({
    log,
    machine: () => ({ memory: memory * GiB, cores: 8, freeDisk: 1e12 }),
    settings,
    local: {
      figures: localFigures({ memento, log, power: { settled: () => assert.fail() }, onChange() {} }),
      graphics: wanted => (wanted.gpuLayers === 0 ? undefined : cards.best(wanted.gpu)),
      async lookForGraphics() {
        asked++
        await cards.settled()
      },
    },
  })
  assert.equal(advice.beforeDownload("gpt-oss-20b"), undefined, "the formulae are loaded")
  return { ...advice, asked: () => asked, set: (key: string, value: unknown) => values.set(key, value) }
}

test("8 GB and a card of 24: too small at once, and it fits when the card is known", async t => {
  const { beforeDownload, ready, settled, set } = await computerWith(t)
  await ready()
  assert.equal(beforeDownload("gpt-oss-20b")?.sentence, tooSmall)
  await settled()
  assert.equal(beforeDownload("gpt-oss-20b")?.sentence, onCard)
  assert.equal(beforeDownload("gpt-oss-120b")?.verdict, "noMemory")
  set("local.gpu", "cpu")
  assert.equal(beforeDownload("gpt-oss-20b")?.sentence, tooSmall)
})

for (const [name, given] of [
  ["the setting is the processor", { gpu: "cpu" }],
  ["the setting puts no layer on a card", { gpuLayers: 0 }],
] as const)
  test(`${name}: no card is asked, or counted`, async t => {
    const { beforeDownload, settled, asked } = await computerWith(t, given)
    await settled()
    assert.deepEqual([asked(), beforeDownload("gpt-oss-20b")?.sentence], [0, tooSmall])
  })

test("a driver that takes the process down leaves the advice as it was", async t => {
  const { beforeDownload, settled } = await computerWith(t, { child: "onRequest = () => process.abort()" })
  await settled()
  assert.equal(beforeDownload("gpt-oss-20b")?.sentence, tooSmall)
})

test("what was measured of the model replaces the estimate, wherever its file lies", async t => {
  const speed = { promptTokensPerSecond: 24, generationTokensPerSecond: 18.7, threads: 3, askedThreads: 0 }
  const measurement = { ...speed, draftTokens: 0, gpu: "none", gpuLayers: 0 }
  const file = "/models/gpt-oss-20b-mxfp4.gguf"
  const { beforeDownload, ofFile, ready } = await computerWith(t, {
    memory: 24,
    measured: [[file, measurement]],
  })
  await ready()
  const said = "Fits: 24 GB memory, 19 tokens/s measured, 16k context."
  assert.equal(beforeDownload("gpt-oss-20b")?.sentence, said)
  assert.equal(ofFile(file, gptOss20b.fileSize)?.sentence, said)
  assert.equal(
    ofFile("/other/gpt-oss.gguf", gptOss20b.fileSize)?.sentence,
    "Fits: 24 GB memory, 13–20 tokens/s expected, 16k context.",
  )
  assert.equal(ofFile("/other/large.gguf", gptOss120b.fileSize)?.verdict, "noMemory")
  assert.equal(ofFile("/other/tiny.gguf", 20e6), undefined)
})

/** A page without a model, and the sentences that it is shown after the first. */
async function pageOf(t: TestContext, given?: Given) {
  const { beforeDownload, ready, settled, asked, set } = await computerWith(t, given)
  const posted: (string | undefined)[] = []
  const now: { kind: ModelState["kind"] } = { kind: "none" }
  const page = pageAdvice({
    state() {
      const fit = beforeDownload("gpt-oss-20b")
      return { label: "No model", place: "", kind: now.kind, ...(fit !== undefined && { fit }) }
    },
    ...{ ready, settled },
    show: ({ fit }) => posted.push(fit?.sentence),
  })
  const posts = (...sentences: string[]) => comesTrue(() => posted.join() === sentences.join(), 20_000)
  return { page, posted, posts, settled, asked, set, now }
}

test("nobody is asked before the page is there; then there is advice, and better advice, each shown once", async t => {
  const { page, posted, posts, settled, asked } = await pageOf(t)
  await page.changed()
  assert.deepEqual([asked(), posted], [0, []])
  await page.shown()
  assert.deepEqual(posted, [tooSmall])
  assert.ok(await posts(tooSmall, onCard), posted.join())
  await page.shown()
  await settled()
  assert.deepEqual(posted, [tooSmall, onCard])
})

test("a page whose settings change from the processor to any card is told then", async t => {
  const { page, posted, posts, asked, set } = await pageOf(t, { gpu: "cpu" })
  await page.shown()
  assert.equal(asked(), 0)
  set("local.gpu", "auto")
  await page.changed()
  assert.ok(await posts(tooSmall, onCard), posted.join())
})

test("with a model there is no advice, and no card is asked", async t => {
  const { page, posted, asked, now } = await pageOf(t)
  now.kind = "demo"
  await page.shown()
  assert.deepEqual([posted, asked()], [[], 0])
})
