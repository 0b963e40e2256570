// Downloads as the host sees them, from a button to the chat's model: the hub is on this computer, the person is a list
// of answers.
import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import path from "node:path"
import { type TestContext, test } from "node:test"
import { catalogue } from "../../src/model/download/catalogue.ts"
import { type ModelDownload, offeredModel } from "../../src/protocol/modelDownload.ts"
import type { ModelFit } from "../../src/protocol/modelOffer.ts"
import { downloadFolder } from "../../src/vscode/downloadFolder.ts"
import { gigabytes } from "../../src/vscode/downloadWords.ts"
import { type ModelDownloadsOptions, modelDownloads } from "../../src/vscode/modelDownloads.ts"
import { pickExistingModel } from "../../src/vscode/pickExistingModel.ts"
import { fileName, quickLimits } from "../model/download/downloadTest.ts"
import { type FakeHub, type Fault, fakeHub, modelBytes } from "../model/download/fakeHub.ts"
import { type PersonAnswer, scriptedPerson } from "../support/scriptedPerson.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import { memoryOf } from "./memoryOf.ts"

type Answers = readonly PersonAnswer[] | ((hub: FakeHub) => readonly PersonAnswer[])

async function setting(t: TestContext, answers: Answers = [], fits?: readonly ModelFit[]) {
  const hub = await fakeHub(t, { [fileName]: modelBytes(1_000_000) })
  const home = await temporaryFolder(t)
  const folder = path.join(home, "models")
  const other = path.join(home, "other")
  const memory = memoryOf()
  const dialogue = scriptedPerson(...(typeof answers === "function" ? answers(hub) : answers))
  const used: string[] = []
  const logged: string[] = []
  let look = () => {}
  const open = () =>
    modelDownloads({
      folder: downloadFolder(memory, folder),
      dialogue,
      chooseFolder: async () => other,
      mirror: () => `${hub.base}/`,
      use: async file => used.push(file),
      figures: () => (used.length > 0 ? "Measured on this computer: 13 tokens/s." : undefined),
      onChange: () => look(),
      log: { info() {}, warn: text => logged.push(text), error: text => logged.push(text) },
      entries: [hub.entry],
      ...(fits !== undefined && { advice: adviceOf(fits) }),
      limits: { ...quickLimits, stallMs: 60_000 },
      beatMs: 5,
    })
  let downloads = open()
  t.after(() => downloads.dispose())
  const until = (fits: (state: ModelDownload | null) => boolean) =>
    new Promise<void>(resolve => {
      look = () => {
        if (fits(downloads.state())) resolve()
      }
      look()
    })
  return {
    ...{ hub, folder, other, dialogue, used, logged },
    phase: () => downloads.state()?.phase.kind ?? "nothing",
    state: () => downloads.state(),
    act: (...action: Parameters<typeof downloads.act>) => downloads.act(...action),
    openMenu: () => downloads.openMenu(),
    until: (kind: ModelDownload["phase"]["kind"]) => until(state => state?.phase.kind === kind),
    untilBytes: () => until(state => state?.phase.kind === "running" && state.bytes > 0),
    async restart() {
      await downloads.dispose()
      downloads = open()
      await downloads.look()
    },
  }
}

/** Each of these once, from one asking of the graphics card to the next. */
function adviceOf([first, ...later]: readonly ModelFit[]): NonNullable<ModelDownloadsOptions["advice"]> {
  let fit = first
  return {
    beforeDownload: name => (name === "gpt-oss-20b" ? fit : assert.fail(name)),
    ready: async () => {},
    async settled() {
      fit = later.shift() ?? fit
    },
  }
}

const tooSmall: ModelFit = { verdict: "noMemory", sentence: "Needs about 62 GB of memory; 32 GB are here." }
const fitsOnCard: ModelFit = { verdict: "fits", sentence: "Fits: a card with 80 GB." }

const held: Fault = { hold: { at: 500_000, until: new Promise<void>(() => {}) } }

test("what is offered is the first of the catalogue", () => {
  const bytes = catalogue[0]?.pinned.reduce((sum, each) => sum + each.bytes, 0) ?? 0
  assert.deepEqual(offeredModel, { label: catalogue[0]?.label, size: `${gigabytes(bytes)} GB` })
})

test("downloaded: the file is the chat's model, and the card says what was measured", async t => {
  const { act, until, folder, used, state, phase } = await setting(t)
  await act("downloadModel")
  await until("ready")
  assert.deepEqual(used, [path.join(folder, fileName)])
  assert.deepEqual(state(), {
    label: "gpt-oss-20b",
    bytes: 1_000_000,
    total: 1_000_000,
    phase: { kind: "ready", figures: "Measured on this computer: 13 tokens/s." },
  })
  await act("closeDownload")
  assert.equal(phase(), "nothing")
})

test("a restart shows what was begun as paused, and asks nobody for anything until it is resumed", async t => {
  const { act, until, untilBytes, hub, phase, restart, used } = await setting(t)
  hub.faults = request => (request === 0 ? held : undefined)
  await act("downloadModel")
  await untilBytes()
  await restart()
  assert.equal(phase(), "paused")
  const asked = hub.seen.length
  await restart()
  assert.equal(hub.seen.length, asked)
  await act("resumeDownload")
  await until("ready")
  assert.equal(used.length, 1)
})

test("into another folder: asked first, begun there, remembered", async t => {
  const { act, until, untilBytes, hub, folder, other, used, restart, phase } = await setting(t, [
    { button: "Start Again There" },
  ])
  hub.faults = request => (request === 0 ? held : undefined)
  await act("downloadModel")
  await untilBytes()
  await act("pauseDownload")
  await act("downloadElsewhere")
  await until("ready")
  assert.deepEqual(used, [path.join(other, fileName)])
  assert.equal(existsSync(path.join(folder, `${fileName}.part`)), false)
  await restart()
  assert.equal(phase(), "nothing")
  await act("downloadModel")
  await until("ready")
  assert.deepEqual(used, [path.join(other, fileName), path.join(other, fileName)])
})

test("from another address: only https or this computer, only a model file", async t => {
  const { act, until, hub, used, dialogue, folder } = await setting(t, ({ base }) => [
    { text: "http://example.com/a.gguf" },
    { text: "https://example.com/a.zip" },
    { text: `${base}/cdn/own-gpt-oss.gguf` },
  ])
  hub.files.set("own-gpt-oss.gguf", modelBytes(1000))
  await act("downloadFromAddress")
  await until("ready")
  assert.deepEqual(dialogue.asked, [
    "Download a model from an address",
    "! Enter an address that begins with https://.",
    "! The address must name a .gguf file.",
  ])
  assert.deepEqual(used, [path.join(folder, "own-gpt-oss.gguf")])
})

test("the menu: models while there is no download, then pause, resume and cancel", async t => {
  const { openMenu, untilBytes, hub, phase, dialogue } = await setting(t, [
    { row: "gpt-oss-20b" },
    { row: "Pause" },
    { row: "Resume" },
    { row: "Cancel" },
    { button: "Keep Them" },
    { row: "Cancel" },
    { button: "Delete" },
  ])
  hub.faults = () => held
  await openMenu()
  assert.deepEqual(dialogue.rows(), ["gpt-oss-20b | 0.0 GB", "From another address…"])
  await untilBytes()
  await openMenu()
  assert.equal(phase(), "paused")
  await openMenu()
  await untilBytes()
  await openMenu()
  assert.equal(phase(), "paused")
  await openMenu()
  assert.equal(phase(), "nothing")
  dialogue.isDone()
})

test("each model of the menu says what this computer makes of it, and again when the card is known", async t => {
  const { openMenu, dialogue } = await setting(t, ["Escape"], [tooSmall, fitsOnCard])
  await openMenu()
  assert.deepEqual(dialogue.rows(), [
    "gpt-oss-20b | 0.0 GB | Fits: a card with 80 GB.",
    "From another address…",
  ])
})

test("what can't fit is downloaded only after another word", async t => {
  const answers = [
    { row: "gpt-oss-20b" },
    "Escape",
    { row: "gpt-oss-20b" },
    { button: "Download Anyway" },
  ] as const
  const { openMenu, dialogue, phase, until } = await setting(t, answers, [tooSmall])
  await openMenu()
  assert.equal(phase(), "nothing")
  assert.equal(dialogue.asked.at(-1), "? gpt-oss-20b doesn’t fit this computer. Download it all the same?")
  await openMenu()
  await until("ready")
  dialogue.isDone()
})

test("a failure is in the log as a kind, without path or address", async t => {
  const { act, until, hub, logged, folder } = await setting(t)
  hub.faults = () => ({ status: 401 })
  await act("downloadModel")
  await until("failed")
  assert.deepEqual(logged, ["The download stopped: refused 401"])
  assert.equal(logged.join("").includes(folder), false)
})

test("use a file: found models, those that can't run with the reason, or any other file", async () => {
  const found = [
    { path: "/lm/gpt-oss-20b-MXFP4.gguf", label: "gpt-oss-20b-MXFP4", bytes: 12.1e9, from: "LM Studio" },
    {
      path: "/ollama/blobs/sha256-a",
      label: "gpt-oss:20b",
      bytes: 13.8e9,
      from: "Ollama",
      fault: "In Ollama’s own form, which only Ollama reads.",
    },
  ] as const
  const pick = async (...answers: readonly PersonAnswer[]) => {
    const dialogue = scriptedPerson(...answers)
    return [await pickExistingModel(dialogue, async () => found), dialogue.asked.at(-1), dialogue.rows()]
  }
  assert.deepEqual(await pick({ row: "gpt-oss-20b-MXFP4" }), [
    "/lm/gpt-oss-20b-MXFP4.gguf",
    "Use a model file",
    [
      "gpt-oss-20b-MXFP4 | 12.1 GB · LM Studio | /lm/gpt-oss-20b-MXFP4.gguf",
      "gpt-oss:20b | 13.8 GB · Ollama | In Ollama’s own form, which only Ollama reads.",
      "Choose another file…",
    ],
  ])
  const [refused, said] = await pick({ row: "gpt-oss:20b" })
  assert.deepEqual(
    [refused, said],
    [undefined, "! This file can’t be used. In Ollama’s own form, which only Ollama reads."],
  )
  assert.equal((await pick({ row: "Choose another file…" }, { file: "/a/b.gguf" }))[0], "/a/b.gguf")
  assert.equal((await pick("Escape"))[0], undefined)
  const dialogue = scriptedPerson("Escape")
  const ofFile = () => fitsOnCard
  await pickExistingModel(dialogue, async () => found, { ofFile, settled: async () => {} })
  assert.equal(
    dialogue.rows()[0],
    "gpt-oss-20b-MXFP4 | 12.1 GB · LM Studio | Fits: a card with 80 GB. /lm/gpt-oss-20b-MXFP4.gguf",
  )
})
