// R40: what the page shows and what is on the disk agree, whoever stops what and when; and what a person can do from
// another window.
import assert from "node:assert/strict"
import { readdir, rm } from "node:fs/promises"
import path from "node:path"
import { test } from "node:test"
import { downloadTest, fileName, source } from "./downloadTest.ts"
import { downloadWindow, is } from "./downloadWindow.ts"
import type { Fault } from "./fakeHub.ts"

const never = new Promise<void>(() => {})
const heldAt = (at: number): Fault => ({ hold: { at, until: never } })

test("paused, shown as paused after a restart, resumed, ready: told once", async t => {
  const setting = await downloadTest(t)
  setting.hub.faults = request => (request === 0 ? heldAt(2_000_000) : undefined)
  const first = downloadWindow(setting)
  first.start(source)
  await first.until((phase, bytes) => phase?.kind === "running" && bytes > 1_000_000)
  await first.pause()
  assert.equal(first.state()?.phase.kind, "paused")

  const second = downloadWindow(setting)
  await second.look()
  const shown = second.state()
  assert.equal(shown?.phase.kind, "paused")
  assert.equal(shown?.total, 3_000_000)
  assert.ok((shown?.bytes ?? 0) > 1_000_000)
  assert.equal(setting.hub.ranges.length, 1, "looking starts nothing")
  second.start(second.source() ?? source)
  await second.until(is("ready"))
  await second.dispose()
  assert.deepEqual(second.ready, [path.join(setting.folder, fileName)])
  assert.ok(await setting.isRight())
  second.close()
  assert.equal(second.state(), undefined)
})

test("nothing begun: nothing is shown, and no folder is made", async t => {
  const setting = await downloadTest(t)
  const window = downloadWindow(setting)
  await window.look()
  assert.equal(window.state(), undefined)
  await assert.rejects(readdir(setting.folder), { code: "ENOENT" })
})

test("cancelled while it runs, or while it is paused: nothing is left", async t => {
  for (const pauseFirst of [false, true]) {
    const setting = await downloadTest(t)
    setting.hub.faults = () => heldAt(2_000_000)
    const window = downloadWindow(setting)
    window.start(source)
    await window.until((phase, bytes) => phase?.kind === "running" && bytes > 1_000_000)
    if (pauseFirst) await window.pause()
    await window.cancel()
    assert.equal(window.state(), undefined)
    assert.deepEqual(await setting.names(), [])
  }
})

test("a second window shows the first one's download, pauses it and resumes it", async t => {
  const setting = await downloadTest(t)
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>()
  setting.hub.faults = () => ({ hold: { at: 2_000_000, until } })
  const [first, second] = [downloadWindow(setting), downloadWindow(setting)]
  first.start(source)
  await first.until((phase, bytes) => phase?.kind === "running" && bytes > 1_000_000)
  await second.look()
  await second.until(is("running"))
  await second.pause()
  await Promise.all([first.until(is("paused")), second.until(is("paused"))])
  second.start(source)
  goOn()
  await second.until(is("ready"))
  assert.ok(await setting.isRight())
  await Promise.all([first.dispose(), second.dispose()])
})

test("a second window cancels the first one's download", async t => {
  const setting = await downloadTest(t)
  setting.hub.faults = () => heldAt(2_000_000)
  const [first, second] = [downloadWindow(setting), downloadWindow(setting)]
  first.start(source)
  await first.until((phase, bytes) => phase?.kind === "running" && bytes > 1_000_000)
  await second.look()
  await second.until(is("running"))
  await second.cancel()
  await Promise.all([first.until(phase => phase === undefined), second.until(phase => phase === undefined)])
  assert.equal((await setting.names()).includes(`${fileName}.part`), false)
  await Promise.all([first.dispose(), second.dispose()])
})

test("a window that is closed leaves the download to the one that asked for it too", async t => {
  const setting = await downloadTest(t)
  setting.hub.faults = request => (request === 0 ? heldAt(2_000_000) : undefined)
  const [first, second] = [downloadWindow(setting), downloadWindow(setting)]
  first.start(source)
  await first.until((phase, bytes) => phase?.kind === "running" && bytes > 1_000_000)
  second.start(source)
  await second.until(is("running"))
  await first.dispose()
  await second.until(is("paused"))
  second.start(source)
  await second.until(is("ready"))
  assert.ok(await setting.isRight())
  await second.dispose()
})

test("a failure has a title, a sentence, a remedy, and what is here stays", async t => {
  const setting = await downloadTest(t)
  setting.hub.faults = request => (request === 0 ? { cutAfter: 2_000_000 } : { status: 401 })
  const window = downloadWindow(setting)
  window.start(source)
  await window.until(is("failed"))
  const { phase, bytes } = window.state() ?? {}
  assert.ok(phase?.kind === "failed")
  assert.match(phase.title, /^127\.0\.0\.1:\d+ refused the download$/)
  assert.match(phase.sentence, /It answered 401\. What was downloaded stays/)
  assert.deepEqual(phase.remedies, ["resumeDownload", "downloadFromAddress"])
  assert.ok((bytes ?? 0) > 1_900_000)
  assert.equal(window.faults.length, 1)
  await window.dispose()
})

test("paused, cancelled and closed fifty times at random: page and disk agree each time, and it ends right", async t => {
  const setting = await downloadTest(t, 600_000)
  setting.hub.faults = () => ({ slow: 60_000 })
  let seed = 42
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed / 2147483648
  }
  let window = downloadWindow(setting)
  let finished = 0
  for (let round = 0; round < 50; round++) {
    const sentBefore = setting.hub.sent()
    window.close()
    window.start(source)
    const [until, what] = [random() * 700_000, random()]
    while (window.state()?.phase.kind !== "ready" && setting.hub.sent() - sentBefore < until)
      await new Promise(resolve => setImmediate(resolve))
    if (what < 0.5) await window.pause()
    else if (what < 0.7) await window.cancel()
    else {
      await window.dispose()
      window = downloadWindow(setting)
      await window.look()
    }
    const names = (await setting.names()).filter(name => !name.startsWith("download."))
    const shown = window.state()?.phase.kind
    if (names.includes(fileName)) {
      assert.ok(await setting.isRight(), `round ${round}`)
      finished++
      await rm(path.join(setting.folder, fileName))
    } else if (names.includes(`${fileName}.part`)) assert.equal(shown, "paused", `round ${round}`)
    else assert.deepEqual([shown, names], [undefined, []], `round ${round}`)
  }
  assert.ok(finished > 0 && finished < 50, `${finished} of 50 came to their end`)
  setting.hub.faults = () => undefined
  window.start(source)
  await window.until(is("ready"))
  assert.ok(await setting.isRight())
  await window.dispose()
})
