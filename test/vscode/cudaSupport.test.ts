// Adding CUDA support, from the question to the folder that a child is told, and taking it away: npm's registry is on
// this computer, the archive is a small one, the person is a list of answers.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { randomBytes, randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import os from "node:os"
import path from "node:path"
import { type TestContext, test } from "node:test"
import { cudaArchiveUrl } from "../../src/model/download/cudaPackages.ts"
import { type Disk, nodeDisk } from "../../src/model/download/disk.ts"
import type { CudaLibraries } from "../../src/model/local/cudaLibraries.ts"
import { cudaProgramsIn, cudaState, cudaVersion } from "../../src/model/local/cudaPrograms.ts"
import type { GpuChoice } from "../../src/protocol/runtimeProtocol.ts"
import { type CudaSupport, cudaSupport } from "../../src/vscode/cudaSupport.ts"
import type { FoundCard } from "../../src/vscode/cudaWords.ts"
import type { DownloadLine } from "../../src/vscode/downloadWords.ts"
import { quickLimits } from "../model/download/downloadTest.ts"
import { type Fault, fakeHub, sha256 } from "../model/download/fakeHub.ts"
import { type ArchiveEntry, npmArchive } from "../support/npmArchive.ts"
import { comesTrue } from "../support/runtimeTest.ts"
import { type PersonAnswer, scriptedPerson } from "../support/scriptedPerson.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

const build = "linux-x64-cuda"
const addon = randomBytes(1_000_000)
const content: readonly ArchiveEntry[] = [
  { path: "package/package.json", content: "{}" },
  { path: `package/bins/${build}/llama-addon.node`, content: addon },
  { path: `package/bins/${build}/libggml-cuda.so`, content: "a library" },
]

type Setting = {
  readonly answers?: readonly PersonAnswer[]
  readonly archive?: Buffer
  readonly cards?: readonly FoundCard[]
  readonly libraries?: CudaLibraries
  readonly platform?: string
  readonly setting?: GpuChoice
  readonly disk?: Disk
}

const complete: CudaLibraries = { driver: true, missing: [], folders: [] }
const card: FoundCard = { gpu: "cuda", devices: ["NVIDIA RTX 4090"] }

async function setting(t: TestContext, given: Setting = {}) {
  const { answers = [], archive = npmArchive(content), cards = [card], libraries = complete } = given
  const pack = {
    build,
    version: cudaVersion,
    bytes: archive.length,
    sha256: sha256(archive),
    unpacked: 1_100_000,
  }
  const hub = await fakeHub(t, { [cudaArchiveUrl(pack, "")]: archive })
  const folder = path.join(await temporaryFolder(t), "cuda")
  const dialogue = scriptedPerson(...answers)
  const told: string[] = []
  const lines: string[] = []
  const logged: string[] = []
  const did: string[] = []
  let look = () => {}
  const open = (): CudaSupport =>
    cudaSupport({
      ...{ folder, dialogue, pack, base: hub.base, beatMs: 5, disk: given.disk ?? nodeDisk },
      platform: given.platform ?? "linux-x64",
      limits: { ...quickLimits, stallMs: 60_000 },
      libraries: () => libraries,
      setting: () => given.setting ?? "auto",
      async renew() {
        did.push("renewed")
        return cards
      },
      async release() {
        did.push("released")
      },
      tell(sentence) {
        told.push(sentence)
        look()
      },
      show(line: DownloadLine | null) {
        lines.push(line === null ? "" : `${line.text} | ${line.says}`)
        look()
      },
      log: { info() {}, warn: text => logged.push(text), error: text => logged.push(text) },
    })
  let cuda = open()
  t.after(() => cuda.dispose())
  const until = (fits: () => boolean) =>
    new Promise<void>(resolve => {
      look = () => {
        if (fits()) resolve()
      }
      look()
    })
  return {
    ...{ hub, folder, dialogue, told, lines, logged, did, pack },
    add: () => cuda.add(),
    remove: () => cuda.remove(),
    untilTold: () => until(() => told.length > 0),
    untilLine: (pattern: RegExp) => until(() => pattern.test(lines.at(-1) ?? "")),
    state: () => cudaState(folder, "linux-x64").kind,
    /** In the folder, once everything has come to its end. */
    async names() {
      await cuda.dispose()
      return (await readdir(folder)).toSorted()
    },
    async restart() {
      await cuda.dispose()
      cuda = open()
      await cuda.look()
    },
  }
}

const yes: PersonAnswer = { button: "Download" }
const held: Fault = { hold: { at: 500_000, until: new Promise<void>(() => {}) } }

test("added: asked once, downloaded, unpacked, looked at; the archive is gone and so are older versions", async t => {
  const { add, untilTold, told, folder, names, dialogue, lines, did, state } = await setting(t, {
    answers: [yes],
  })
  await mkdir(path.join(folder, "3.20.0", build), { recursive: true })
  await add()
  await untilTold()
  assert.deepEqual(told, [
    "CUDA works with NVIDIA RTX 4090. The model is loaded with it at your next message.",
  ])
  assert.deepEqual(dialogue.asked, ["? Download CUDA support (1 MB)?"])
  assert.deepEqual(await names(), [cudaVersion])
  assert.deepEqual(await readFile(path.join(cudaProgramsIn(folder), build, "llama-addon.node")), addon)
  assert.ok(lines.some(line => line === "$(osprey-mark) Unpacking… | CUDA support: unpacking"))
  assert.equal(lines.at(-1), "")
  assert.deepEqual([did, state()], [["renewed"], "here"])
})

test("left half way, another day: it goes on where it was", async t => {
  const { add, hub, untilLine, restart, untilTold, state, lines, pack } = await setting(t, {
    answers: [yes, { row: "Resume" }],
  })
  hub.faults = request => (request === 0 ? held : undefined)
  await add()
  await untilLine(/[1-9]\d* % \|/)
  await restart()
  assert.match(lines.at(-1) ?? "", /^\$\(debug-pause\)/)
  assert.equal(state(), "none")
  await add()
  await untilTold()
  assert.equal(state(), "here")
  assert.match(hub.ranges.at(-1) ?? "", /^bytes=\d+-$/)
  assert.ok(hub.sent() < 1.5 * pack.bytes)
})

test("begun by a window that was killed: found gone and gone on from, downloaded once", async t => {
  const { add, folder, told, untilTold, names, hub } = await setting(t, { answers: [yes] })
  await mkdir(folder, { recursive: true })
  const gone = spawnSync(process.execPath, ["--version"]).pid
  const lock = { token: randomUUID(), pid: gone, host: os.hostname(), beat: 1 }
  await writeFile(path.join(folder, "download.lock"), JSON.stringify(lock).padEnd(4096))
  await add()
  await untilTold()
  assert.ok(await comesTrue(() => !existsSync(path.join(folder, "download.lock")), 5000))
  await add()
  assert.equal(told.length, 2)
  assert.deepEqual(await names(), [cudaVersion])
  assert.equal(hub.ranges.length, 1)
})

test("cancelled: nothing is left", async t => {
  const { add, hub, untilLine, names, lines } = await setting(t, { answers: [yes, { row: "Cancel" }] })
  hub.faults = () => held
  await add()
  await untilLine(/% \|/)
  await add()
  assert.deepEqual(await names(), [])
  assert.equal(lines.at(-1), "")
})

test("another file than the pinned one is deleted, and said", async t => {
  const { add, hub, untilLine, names, state, logged } = await setting(t, { answers: [yes] })
  const [[name, bytes] = ["", Buffer.alloc(0)]] = [...hub.files]
  const other = Buffer.from(bytes)
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
  hub.files.set(name, other)
  await add()
  await untilLine(/warning/)
  assert.deepEqual([await names(), state()], [[], "none"])
  assert.deepEqual(logged, ["The download of CUDA support stopped: wrongFile hash"])
})

test("an archive that leads elsewhere is refused although its hash is right", async t => {
  const archive = npmArchive([...content, { path: "package/../../evil.so", content: "evil" }])
  const { add, untilLine, names, state, folder, lines } = await setting(t, { answers: [yes], archive })
  await add()
  await untilLine(/warning/)
  assert.match(lines.at(-1) ?? "", /This isn’t CUDA support\. What came from 127\.0\.0\.1:\d+ isn’t/)
  assert.deepEqual([await names(), state()], [[cudaVersion], "none"])
  assert.ok(!existsSync(path.join(folder, "..", "evil.so")) && !existsSync(path.join(folder, "evil.so")))
})

test("no room: said with figures before the first byte", async t => {
  const disk = { ...nodeDisk, freeBytes: async () => 1_000_000 }
  const { add, untilLine, lines, hub } = await setting(t, { answers: [yes], disk })
  await add()
  await untilLine(/warning/)
  assert.match(
    lines.at(-1) ?? "",
    /Not enough disk space\. 1 MB are free and 2 MB are needed\. Free some space/,
  )
  assert.equal(hub.sent(), 0)
})

test("two windows: one downloads, the other shows it, and both find it here", async t => {
  const one = await setting(t, { answers: [yes] })
  let go = () => {}
  const until = new Promise<void>(resolve => (go = resolve))
  one.hub.faults = () => ({ hold: { at: 500_000, until } })
  await one.add()
  await one.untilLine(/% \|/)
  const shown: string[] = []
  let look = () => {}
  const other = cudaSupport({
    ...{ folder: one.folder, pack: one.pack, base: one.hub.base, beatMs: 5, platform: "linux-x64" },
    ...{ dialogue: scriptedPerson(), libraries: () => complete, tell: () => assert.fail("told") },
    setting: () => "auto",
    ...{ renew: async () => [], release: async () => {} },
    show(line) {
      shown.push(line?.text ?? "")
      look()
    },
    log: { info() {}, warn: assert.fail, error: assert.fail },
  })
  t.after(() => other.dispose())
  await other.look()
  await new Promise<void>(resolve => {
    look = () => {
      if (shown.some(text => text.includes("%"))) resolve()
    }
    look()
  })
  go()
  await one.untilTold()
  assert.equal(one.hub.ranges.length, 1)
  assert.equal(one.state(), "here")
})

test("here already: looked at once more; what is missing is named with the next step", async t => {
  const libraries = { driver: true, missing: ["libcudart.so.13", "libcublas.so.13"], folders: [] }
  const cards: FoundCard[] = [{ gpu: "vulkan", devices: ["NVIDIA RTX 4090"] }]
  const { add, folder, told, did, dialogue } = await setting(t, { libraries, cards })
  await mkdir(path.join(cudaProgramsIn(folder), build), { recursive: true })
  await writeFile(path.join(cudaProgramsIn(folder), build, "llama-addon.node"), addon)
  await add()
  assert.deepEqual(told, [
    "CUDA support is here, but libcudart.so.13, libcublas.so.13 were not found. " +
      "Install NVIDIA’s CUDA Toolkit 13, then choose “Add CUDA Support…” again. " +
      "Until then NVIDIA RTX 4090 computes through Vulkan.",
  ])
  assert.deepEqual([did, dialogue.asked], [["renewed"], []])
})

test("it works, and the settings ask for something else: said too", async t => {
  const { add, untilTold, told } = await setting(t, { answers: [yes], setting: "vulkan" })
  await add()
  await untilTold()
  assert.deepEqual(told, ["CUDA works with NVIDIA RTX 4090. To use it, set osprey.local.gpu to auto."])
})

test("removed: models leave memory first, then every version goes; nothing there is said too", async t => {
  const { remove, folder, told, did, names, dialogue } = await setting(t, { answers: [{ button: "Remove" }] })
  await remove()
  assert.deepEqual(dialogue.asked, ["! CUDA support isn’t installed, so there is nothing to remove."])
  for (const version of [cudaVersion, "3.20.0"])
    await mkdir(path.join(folder, version, build), { recursive: true })
  await writeFile(path.join(cudaProgramsIn(folder), build, "llama-addon.node"), addon)
  await remove()
  assert.deepEqual(did, ["released"])
  assert.deepEqual(told, ["CUDA support was removed. The model is loaded without it at your next message."])
  assert.deepEqual(await names(), [])
})

test("on a computer without a CUDA build one sentence says why, and what is used instead", async t => {
  const dialogue = scriptedPerson()
  const cuda = cudaSupport({
    ...{ folder: await temporaryFolder(t), platform: "darwin-arm64", dialogue, libraries: () => complete },
    setting: () => "auto",
    ...{ renew: async () => [], release: async () => {}, tell() {}, show() {} },
    log: { info() {}, warn() {}, error() {} },
  })
  t.after(() => cuda.dispose())
  await cuda.add()
  assert.deepEqual(dialogue.asked, [
    "! llama.cpp has a CUDA build for 64-bit Linux and Windows on x86 processors only. " +
      "On this Mac it uses Metal, which came with Osprey.",
  ])
})
