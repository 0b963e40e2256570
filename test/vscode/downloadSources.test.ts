// Where a model is downloaded from, as a person chooses it: a mirror, an address of their own, and back. What is here
// stays; what nothing vouches for is said.
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { type TestContext, test } from "node:test"
import { downloadFolder } from "../../src/vscode/downloadFolder.ts"
import { modelDownloads } from "../../src/vscode/modelDownloads.ts"
import { fileName, quickLimits } from "../model/download/downloadTest.ts"
import { type FakeHub, type Fault, fakeHub, modelBytes } from "../model/download/fakeHub.ts"
import { type PersonAnswer, scriptedPerson } from "../support/scriptedPerson.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import { memoryOf } from "./memoryOf.ts"

const size = 1_000_000
const held: Fault = { hold: { at: 500_000, until: new Promise<void>(() => {}) } }

async function setting(
  t: TestContext,
  answers: (other: FakeHub, hub: FakeHub) => readonly PersonAnswer[] = () => [],
) {
  const model = modelBytes(size)
  const [hub, other] = [await fakeHub(t, { [fileName]: model }), await fakeHub(t, { [fileName]: model })]
  const folder = path.join(await temporaryFolder(t), "models")
  const dialogue = scriptedPerson(...answers(other, hub))
  let mirror = hub.base
  const open = () => {
    let look = () => {}
    const downloads = modelDownloads({
      ...{ folder: downloadFolder(memoryOf(), folder), dialogue, mirror: () => mirror, use: async () => {} },
      chooseFolder: async () => assert.fail("A folder was asked for"),
      figures: () => "Measured on this computer: 13 tokens/s.",
      onChange: () => look(),
      log: { info() {}, warn() {}, error: assert.fail },
      entries: [hub.entry],
      limits: { ...quickLimits, stallMs: 60_000 },
      beatMs: 5,
    })
    t.after(() => downloads.dispose())
    const until = (fits: (kind: string | undefined, bytes: number) => boolean) =>
      new Promise<void>(resolve => {
        look = () => {
          const state = downloads.state()
          if (fits(state?.phase.kind, state?.bytes ?? 0)) resolve()
        }
        look()
      })
    return { ...downloads, until }
  }
  const isRight = async () => model.equals(await readFile(path.join(folder, fileName)))
  return { hub, other, folder, dialogue, open, isRight, useMirror: (base: string) => (mirror = base) }
}

test("paused, another mirror in the settings, resumed: the rest comes from the mirror alone", async t => {
  const { hub, other, open, isRight, useMirror } = await setting(t)
  hub.faults = () => held
  const downloads = open()
  await downloads.act("downloadModel")
  await downloads.until((kind, bytes) => kind === "running" && bytes > 400_000)
  await downloads.act("pauseDownload")
  useMirror(other.base)
  const asked = hub.seen.length
  await downloads.act("resumeDownload")
  await downloads.until(kind => kind === "ready")
  assert.ok(await isRight())
  assert.equal(hub.seen.length, asked)
  assert.ok(other.sent() < 600_000, `${other.sent()} bytes were sent`)
})

test("another address while it runs: the rest comes from there, checked against the catalogue; and back", async t => {
  const { hub, other, open, isRight, dialogue } = await setting(t, (there, here) => [
    { row: "Use another address…" },
    { text: `${there.base}/cdn/${fileName}` },
    { row: `Use ${new URL(here.base).host} again` },
  ])
  hub.faults = request => (request === 0 ? held : undefined)
  other.faults = request =>
    request === 0 ? undefined : { hold: { at: 200_000, until: new Promise(() => {}) } }
  const downloads = open()
  await downloads.act("downloadModel")
  await downloads.until((kind, bytes) => kind === "running" && bytes > 400_000)
  await downloads.openMenu()
  await downloads.until((kind, bytes) => kind === "running" && bytes > 600_000)
  await downloads.act("pauseDownload")
  await downloads.openMenu()
  await downloads.until(kind => kind === "ready")
  assert.ok(await isRight())
  assert.ok(hub.sent() + other.sent() < size + 200_000)
  dialogue.isDone()
})

test("the catalogue's file from another server is checked all the same; what nothing vouches for is said", async t => {
  const { other, open, isRight } = await setting(t, ({ base }) => [
    { text: `${base}/cdn/${fileName}` },
    { text: `${base}/cdn/own.gguf` },
  ])
  other.files.set("own.gguf", modelBytes(1000))
  const downloads = open()
  await downloads.act("downloadFromAddress")
  await downloads.until(kind => kind === "ready")
  assert.ok(await isRight())
  const figures = "Measured on this computer: 13 tokens/s."
  assert.deepEqual(downloads.state()?.phase, { kind: "ready", figures })
  await downloads.act("closeDownload")
  await downloads.act("downloadFromAddress")
  await downloads.until(kind => kind === "ready")
  const note = "Its address tells no SHA-256, so its content couldn’t be checked."
  assert.deepEqual(downloads.state()?.phase, { kind: "ready", figures: `${note} ${figures}` })
})

test("an address that can't be read is refused before anything is asked", async t => {
  const { other, open, dialogue } = await setting(t, ({ base }) => [
    { text: `${base}/cdn/a%zz.gguf` },
    { text: `${base}/cdn/a%20b.gguf` },
  ])
  other.files.set("a b.gguf", modelBytes(1000))
  const downloads = open()
  await downloads.act("downloadFromAddress")
  await downloads.until(kind => kind === "ready")
  assert.equal(dialogue.asked[1], "! A % in the address isn’t followed by two hexadecimal digits.")
  assert.equal(downloads.state()?.label, "a b")
})

test("another model asked for while another window downloads: shown, and said in a sentence", async t => {
  const { hub, other, open, dialogue } = await setting(t, ({ base }) => [{ text: `${base}/cdn/own.gguf` }])
  other.files.set("own.gguf", modelBytes(1000))
  hub.faults = () => held
  const [one, two] = [open(), open()]
  await one.act("downloadModel")
  await one.until(kind => kind === "running")
  await two.act("downloadFromAddress")
  await two.until(kind => kind === "running")
  assert.equal(two.state()?.label, "gpt-oss-20b")
  const told = dialogue.asked.at(-1)
  assert.equal(
    told,
    "! gpt-oss-20b is being downloaded in another window. Once it has ended, choose own again.",
  )
  await two.act("pauseDownload")
  await one.until(kind => kind === "paused")
})

test("damaged records show what can be shown, and never lead out of the folder", async t => {
  const { hub, folder, open } = await setting(t)
  const url = "no address/%zz.gguf"
  const key = createHash("sha256").update(url).digest("hex").slice(0, 16)
  const record = (source: object) =>
    JSON.stringify({
      ...{ version: 1, source, label: "x", isClean: true },
      files: [{ name: "a.gguf", url, bytes: 9 }],
    })
  await mkdir(folder, { recursive: true })
  const outside = path.join(folder, "..", "outside.download.json")
  const escaping = record({ kind: "catalogue", id: "../outside" })
  await writeFile(outside, escaping)
  await writeFile(path.join(folder, "gpt-oss-20b.download.json"), escaping)
  const downloads = open()
  await downloads.look()
  assert.equal(downloads.state(), null)
  await writeFile(path.join(folder, `url-${key}.download.json`), record({ kind: "url", url }))
  await downloads.look()
  assert.deepEqual([downloads.state()?.label, downloads.state()?.phase.kind], ["a model", "paused"])
  await downloads.act("resumeDownload")
  await downloads.until(kind => kind === "failed")
  await downloads.act("cancelDownload")
  assert.equal(downloads.state(), null)
  assert.ok(existsSync(outside))
  assert.equal(hub.seen.length, 0)
})
