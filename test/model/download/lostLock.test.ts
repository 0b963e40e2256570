// The folder's lock is another window's all of a sudden, as after a long standstill: from then on nothing is written,
// neither the bytes that are still held nor the record.
import assert from "node:assert/strict"
import { readdir, readFile, rename, writeFile } from "node:fs/promises"
import os from "node:os"
import path from "node:path"
import { test } from "node:test"
import { nodeDisk } from "../../../src/model/download/disk.ts"
import { takeLock } from "../../../src/model/download/downloadLock.ts"
import { guardedDisk } from "../../../src/model/download/guardedDisk.ts"
import { temporaryFolder } from "../../support/temporaryFolder.ts"
import { downloadTest, fileName, source } from "./downloadTest.ts"
import { downloadWindow, is } from "./downloadWindow.ts"

const token = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
const shown = { label: "theirs", bytes: 5, total: 10, phase: { kind: "running" } }
const theirs = JSON.stringify({
  ...{ token, pid: process.pid, host: os.hostname(), beat: 1 },
  status: { shown, key: "gpt-oss-20b" },
}).padEnd(4096)

test("nothing is written after the lock was lost, and the new owner is shown", async t => {
  const { hub, folder } = await downloadTest(t)
  hub.faults = () => ({ hold: { at: 1_500_000, until: new Promise<void>(() => {}) } })
  const window = downloadWindow({ hub, folder })
  window.start(source)
  await window.until((phase, bytes) => phase?.kind === "running" && bytes > 1_400_000)
  const record = path.join(folder, "gpt-oss-20b.download.json")
  await writeFile(path.join(folder, "download.lock"), theirs)
  await writeFile(
    record,
    (await readFile(record, "utf8")).replace('"label":"gpt-oss-20b"', '"label":"theirs"'),
  )
  const contents = async () => {
    const names = (await readdir(folder)).filter(name => !name.startsWith("download."))
    const texts = names.map(async name => [name, await readFile(path.join(folder, name), "latin1")])
    return Object.fromEntries(await Promise.all(texts))
  }
  const before = await contents()
  // A beat that is on its way may still cover it once.
  while (window.state()?.label !== "theirs") {
    await writeFile(`${folder}.lock`, theirs)
    await rename(`${folder}.lock`, path.join(folder, "download.lock"))
    await new Promise(resolve => setImmediate(resolve))
  }
  await window.dispose()
  const after = await contents()
  assert.equal(after[`${fileName}.part`]?.length, before[`${fileName}.part`]?.length)
  assert.deepEqual(after, before)
  assert.match(before["gpt-oss-20b.download.json"] ?? "", /"isClean":false/)
})

test("after a standstill a write asks first whose the folder is", async t => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() })
  const folder = await temporaryFolder(t)
  const file = path.join(folder, "download.lock")
  const lock = await takeLock({ file, status: () => null, beatMs: 60_000 })
  assert.ok(lock !== undefined)
  const disk = guardedDisk(nodeDisk, () => lock.isMine())
  const part = await disk.open(path.join(folder, "a.part"), "wx+")
  await part.writev([Buffer.from("mine")], 0)
  await writeFile(file, theirs)
  t.mock.timers.tick(600_000)
  await assert.rejects(part.writev([Buffer.from("late")], 4))
  await assert.rejects(disk.write(path.join(folder, "record"), "late"))
  await assert.rejects(disk.rename(path.join(folder, "a.part"), path.join(folder, "a")))
  await assert.rejects(disk.remove(path.join(folder, "a.part")))
  assert.ok(lock.lost.aborted)
  await part.close()
  await lock.release()
  assert.equal(await readFile(path.join(folder, "a.part"), "utf8"), "mine")
  assert.equal(await readFile(file, "utf8"), theirs)
})

test("a window that was opened before the download begins elsewhere shows it, and takes away what is gone", async t => {
  const setting = await downloadTest(t)
  setting.hub.faults = () => ({ hold: { at: 2_000_000, until: new Promise<void>(() => {}) } })
  const [first, second] = [downloadWindow(setting), downloadWindow(setting)]
  await second.look()
  await second.lookAgain()
  assert.equal(second.state(), undefined)
  first.start(source)
  await first.until(is("running"))
  await second.lookAgain()
  await second.until(is("running"))
  await first.pause()
  await second.until(is("paused"))
  await first.cancel()
  await second.lookAgain()
  await second.until(phase => phase === undefined)
  await Promise.all([first.dispose(), second.dispose()])
})

test("what was put away stays away, however often one looks", async t => {
  const setting = await downloadTest(t)
  setting.hub.faults = request => (request === 0 ? { cutAfter: 1_000_000 } : { status: 401 })
  const window = downloadWindow(setting)
  window.start(source)
  await window.until(is("failed"))
  await window.dispose()
  await window.lookAgain()
  assert.equal(window.state()?.phase.kind, "failed")
  window.close()
  await window.lookAgain()
  assert.equal(window.state(), undefined)
})

test("another model asked for while one runs, here or elsewhere: not begun, and said", async t => {
  const setting = await downloadTest(t)
  setting.hub.faults = () => ({ hold: { at: 2_000_000, until: new Promise<void>(() => {}) } })
  const [first, second] = [downloadWindow(setting), downloadWindow(setting)]
  const other = { kind: "url", url: `${setting.hub.base}/cdn/other.gguf` } as const
  first.start(source)
  await first.until(is("running"))
  assert.equal(first.start(other), false)
  assert.equal(second.start(other), true)
  await second.until(is("running"))
  assert.deepEqual(second.others, ["gpt-oss-20b instead of other.gguf"])
  assert.equal(second.start(other), false)
  assert.equal(second.start(source), true)
  assert.deepEqual(await Promise.all([first.pause(), second.dispose()]), [undefined, undefined])
  assert.equal(first.state()?.label, "gpt-oss-20b")
  await first.dispose()
})
