// What a window knows of downloads before any part for them is loaded: nothing is loaded for nothing, and what another
// window begins appears by itself once somebody may see it.
import assert from "node:assert/strict"
import { mkdir, writeFile } from "node:fs/promises"
import path from "node:path"
import { type TestContext, test } from "node:test"
import { downloadFolder } from "../../src/vscode/downloadFolder.ts"
import { laterDownloads } from "../../src/vscode/laterDownloads.ts"
import { modelDownloads } from "../../src/vscode/modelDownloads.ts"
import { fileName, quickLimits } from "../model/download/downloadTest.ts"
import { fakeHub, modelBytes } from "../model/download/fakeHub.ts"
import { scriptedPerson } from "../support/scriptedPerson.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import { memoryOf } from "./memoryOf.ts"

async function setting(t: TestContext) {
  const hub = await fakeHub(t, { [fileName]: modelBytes(1_000_000) })
  hub.faults = () => ({ hold: { at: 500_000, until: new Promise<void>(() => {}) } })
  const home = await temporaryFolder(t)
  const models = path.join(home, "models")
  const folder = downloadFolder(memoryOf(), models)
  const logged: string[] = []
  const log = { info() {}, warn() {}, error: (text: string) => logged.push(text) }
  const open = (loaded: string[] = [], isBroken = false) => {
    let look = () => {}
    const parts = { dialogue: scriptedPerson(), chooseFolder: async () => undefined, entries: [hub.entry] }
    const downloads = laterDownloads({
      ...{ folder, log, mirror: () => hub.base, use: async () => {}, everyMs: 5 },
      onChange: () => look(),
      cuda: {
        ...{ folder: path.join(home, "cuda"), platform: "darwin-arm64", log },
        libraries: () => assert.fail(),
        setting: () => "auto",
        ...{ renew: () => assert.fail(), release: () => assert.fail() },
      },
      async load() {
        if (isBroken) throw new RangeError("No such file")
        return {
          downloadParts(options) {
            loaded.push("models")
            return modelDownloads({ ...options, ...parts, limits: quickLimits, beatMs: 5 })
          },
          cudaParts: () => assert.fail("CUDA was loaded"),
        }
      },
    })
    t.after(() => downloads.close())
    const until = (kind: string | undefined) =>
      new Promise<void>(resolve => {
        look = () => {
          if (downloads.state()?.phase.kind === kind) resolve()
        }
        look()
      })
    return { ...downloads, until }
  }
  return { open, models, logged }
}

test("a window that was open before shows what another begins, and that it was cancelled", async t => {
  const { open } = await setting(t)
  const loaded: string[] = []
  const [here, elsewhere] = [open(loaded), open()]
  await here.look()
  await here.lookAgain()
  here.watch()
  here.watch()
  assert.deepEqual([here.state(), loaded], [null, []])
  await elsewhere.act("downloadModel")
  await here.until("running")
  await elsewhere.act("pauseDownload")
  await here.until("paused")
  await elsewhere.act("cancelDownload")
  await here.until(undefined)
  assert.deepEqual(loaded, ["models"])
})

test("a part that can't be loaded is in the log, and nothing is thrown", async t => {
  const { open, models, logged } = await setting(t)
  await mkdir(models)
  await writeFile(path.join(models, "download.lock"), "")
  const window = open([], true)
  await window.look()
  await window.lookAgain()
  assert.deepEqual(logged, Array(2).fill("A part of the downloads failed: RangeError"))
})
