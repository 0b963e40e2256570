import assert from "node:assert/strict"
import { readFile, utimes, writeFile } from "node:fs/promises"
import os from "node:os"
import path from "node:path"
import { test } from "node:test"
import { breakLock, readLock, takeLock } from "../../../src/model/download/downloadLock.ts"
import { temporaryFolder } from "../../support/temporaryFolder.ts"

const noPid = 0x3fffffff
const left = (pid: number, host = os.hostname()) =>
  JSON.stringify({ token: "6f9619ff-8b86-4011-b42d-00c04fc964ff", pid, host, beat: 7, status: null })

async function lockFile(
  t: Parameters<typeof temporaryFolder>[0],
  content?: string,
  ageMs = 0,
): Promise<string> {
  const file = path.join(await temporaryFolder(t), "download.lock")
  if (content === undefined) return file
  await writeFile(file, content)
  const then = (Date.now() - ageMs) / 1000
  await utimes(file, then, then)
  return file
}

test("one of many gets it; when it is given back, the next one does", async t => {
  const file = await lockFile(t)
  const takers = Array.from({ length: 20 }, () => takeLock({ file, status: () => "mine" }))
  const held = (await Promise.all(takers)).filter(lock => lock !== undefined)
  assert.equal(held.length, 1)
  assert.equal((await readLock(file))?.status, "mine")
  await held[0]?.release()
  const next = await takeLock({ file, status: () => "next" })
  assert.ok(next !== undefined)
  await next.release()
  assert.equal(await readLock(file), undefined)
})

test("each beat rewrites what the others are shown, however long or short it is", async t => {
  const file = await lockFile(t)
  const texts = ["x".repeat(2000), "short", "ü".repeat(9000)]
  const lock = await takeLock({ file, status: () => texts.shift() ?? "last", beatMs: 1 })
  while ((await readLock(file))?.status !== "last") await new Promise(resolve => setImmediate(resolve))
  assert.equal((await readFile(file)).byteLength, 4096)
  await lock?.release()
})

/** A lock that was found → whether it may be taken. */
const found: readonly (readonly [what: string, content: string, ageMs: number, taken: boolean])[] = [
  ["its owner is gone", left(noPid), 5000, true],
  ["its owner is gone, but it was written just now", left(noPid), 0, false],
  ["its owner lives", left(process.pid), 60_000, false],
  ["its owner is on another computer", left(noPid, "elsewhere"), 60_000, false],
  ["it is empty, and old", "", 60_000, true],
  ["it is being written", '{"token":', 0, false],
]
for (const [what, content, ageMs, taken] of found)
  test(`${taken ? "taken" : "left alone"}: ${what}`, async t => {
    const file = await lockFile(t, content, ageMs)
    const lock = await takeLock({ file, status: () => null })
    assert.equal(lock !== undefined, taken)
    await lock?.release()
  })

test("twenty find the same dead owner: one of them gets the lock", async t => {
  const file = await lockFile(t, left(noPid), 5000)
  const takers = Array.from({ length: 20 }, () => takeLock({ file, status: () => null }))
  const held = (await Promise.all(takers)).filter(lock => lock !== undefined)
  assert.ok(held.length <= 1)
  const lock = held[0] ?? (await takeLock({ file, status: () => null }))
  assert.ok(lock !== undefined)
  await lock.release()
})

test("who was slept through finds that the lock is another's", async t => {
  const file = await lockFile(t)
  const lock = await takeLock({ file, status: () => null, beatMs: 1 })
  assert.ok(lock !== undefined)
  await writeFile(file, left(process.pid))
  while (!lock.lost.aborted) await new Promise(resolve => setImmediate(resolve))
  await lock.release()
  assert.equal((await readLock(file))?.beat, 7)
})

test("a lock that was beaten again isn't broken", async t => {
  const file = await lockFile(t, left(process.pid))
  const seen = await readLock(file)
  await breakLock(file, seen && { ...seen, beat: seen.beat - 1 })
  assert.equal((await readLock(file))?.beat, 7)
  await breakLock(file, seen)
  assert.equal(await readLock(file), undefined)
})
