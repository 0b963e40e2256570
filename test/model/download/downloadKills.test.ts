// R36 and R37 with real processes: a window is killed at any stage, another one or the next start brings the rest, and
// no byte is fetched twice but what a crash may have cost.
import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { downloadProcess, type Stay, type Told } from "./downloadProcess.ts"
import { downloadTest, fileName } from "./downloadTest.ts"

const size = 12_000_000
const half = 10_000_000
/** What a crash may cost: the part file's end that wasn't synced, and what was on the way. */
const lost = (8 << 20) + 2_000_000

const isHalf = ({ state }: Told) => state?.phase.kind === "running" && state.bytes > half - 1_500_000
const isShown = ({ state }: Told) => state?.phase.kind === "ready"
const stays = (stay: Stay) => (told: Told) => told.stage === stay
const never = new Promise<void>(() => {})

test("killed while bytes come: the next start goes on, and nothing had the final name", async t => {
  const { hub, folder, isRight, names } = await downloadTest(t, size)
  hub.faults = request => (request === 0 ? { hold: { at: half, until: never } } : undefined)
  const first = downloadProcess(t, hub, folder)
  await first.tells(isHalf)
  await first.kill()
  assert.equal(existsSync(path.join(folder, fileName)), false)
  await downloadProcess(t, hub, folder).tells(isShown)
  assert.ok(await isRight())
  assert.ok(hub.sent() <= size + lost, `${hub.sent()} bytes were sent`)
  assert.deepEqual(
    (await names()).filter(name => !name.startsWith("download.")),
    [fileName],
  )
})

for (const stay of ["before rename", "after rename"] as const)
  test(`killed ${stay}: the next start finishes it without another byte`, async t => {
    const { hub, folder, isRight } = await downloadTest(t, size)
    const first = downloadProcess(t, hub, folder, stay)
    await first.tells(stays(stay))
    await first.kill()
    assert.equal(existsSync(path.join(folder, fileName)), stay === "after rename")
    await downloadProcess(t, hub, folder).tells(isShown)
    assert.ok(await isRight())
    assert.equal(hub.sent(), size)
  })

test("killed while the file is checked: it is checked again, and nothing is fetched again", async t => {
  const { hub, folder, isRight } = await downloadTest(t, size)
  hub.faults = request => (request === 0 ? { hold: { at: half, until: never } } : undefined)
  const first = downloadProcess(t, hub, folder)
  await first.tells(isHalf)
  await first.kill()
  const second = downloadProcess(t, hub, folder, "checking")
  await second.tells(stays("checking"))
  await second.kill()
  const sent = hub.sent()
  assert.equal(existsSync(path.join(folder, fileName)), false)
  await downloadProcess(t, hub, folder).tells(isShown)
  assert.ok(await isRight())
  assert.equal(hub.sent(), sent)
})

test("two windows: one downloads, the other shows it; both end ready, each byte is fetched once", async t => {
  const { hub, folder, isRight } = await downloadTest(t, size)
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>()
  hub.faults = () => ({ hold: { at: half, until } })
  const first = downloadProcess(t, hub, folder)
  await first.tells(isHalf)
  const second = downloadProcess(t, hub, folder)
  await second.tells(isHalf)
  const both = Promise.all([first.tells(isShown), second.tells(isShown)])
  goOn()
  await both
  assert.ok(await isRight())
  assert.equal(hub.sent(), size)
})

test("two windows, the one that downloads is killed: the other takes over within ten seconds", async t => {
  const { hub, folder, isRight } = await downloadTest(t, size)
  hub.faults = request => (request === 0 ? { hold: { at: half, until: never } } : undefined)
  const first = downloadProcess(t, hub, folder)
  await first.tells(isHalf)
  const second = downloadProcess(t, hub, folder)
  await second.tells(isHalf)
  const killed = performance.now()
  const over = second.tells(({ ready }) => ready !== undefined)
  await first.kill()
  await over
  assert.ok(performance.now() - killed < 10_000)
  assert.ok(await isRight())
  assert.ok(hub.sent() <= size + lost, `${hub.sent()} bytes were sent`)
})
