// A child process that talks nonsense (R33): garbage on its output, messages that are none, messages for nobody,
// one of many megabytes, more than anybody can read. The host stays well, and a child out of its mind is ended.
import assert from "node:assert/strict"
import { test } from "node:test"
import { runtimeProcess } from "../../src/model/local/runtimeProcess.ts"
import { ask, generateRequest, loadRequest, never, questionTo } from "../support/runtimeTest.ts"
import { scriptedChild } from "../support/scriptedChild.ts"

const harmless: Readonly<Record<string, string>> = {
  "garbage on its output": `
    const garbage = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 256))
    for (let round = 0; round < 20; round++) process.stdout.write(garbage), process.stderr.write(garbage)
    console.log(JSON.stringify({ type: "done", id: 1 }))`,
  "messages that are none": `
    for (const message of [null, 0, "", [], {}, { type: "loaded" }, { type: "done", id: -1 }, { id: 1 }]) reply(message)
    reply({ type: "loaded", id: 1, name: 1 })
    reply({ type: "pieces", id: 1, pieces: [{ text: "x" }] })
    reply(JSON.parse('{"type":"failed","id":1,"kind":"internal","detail":"","__proto__":{"x":1},"more":1}'))`,
  "messages for requests that nobody made": `
    for (let id = 1000; id < 2000; id++) reply(loaded(id)), reply({ type: "prompt", id, done: 1, total: 2 })`,
  "a message of 64 MB that is none": `reply({ type: "pieces", id: 1, pieces: "x".repeat(64 * 2 ** 20) })`,
}

for (const [what, script] of Object.entries(harmless))
  test(`${what}: ignored, and the request is answered`, async t => {
    const mainPath = await scriptedChild(t, `onRequest = ({ id }) => {${script}\nreply(loaded(id))}`)
    const runtime = runtimeProcess({ mainPath })
    const { last, replies } = await ask(runtime, loadRequest())
    assert.equal(last?.type === "loaded" && last.name, "scripted")
    assert.equal(replies.length, 1)
    await runtime.stop()
  })

test("nonsense without end: the child is ended, and the error says why", async t => {
  const mainPath = await scriptedChild(
    t,
    "onRequest = () => setInterval(() => { for (let at = 0; at < 50; at++) reply({}) })",
  )
  const runtime = runtimeProcess({ mainPath })
  await assert.rejects(ask(runtime, loadRequest()), error => {
    assert.ok(error instanceof Error && "detail" in error)
    assert.match(JSON.stringify(error.detail), /it sent what isn't a message/)
    return true
  })
  await runtime.stop()
})

/** Straight into the channel, past Node: as native code that writes where it must not. */
const written: Readonly<Record<string, string>> = {
  "what isn't JSON": `fs.writeSync(3, "{garbage\\n")`,
  "a line without an end": `
    const write = () => {
      try {
        for (;;) fs.writeSync(3, Buffer.alloc(2 ** 16, "x"))
      } catch (error) {
        if (error.code === "EAGAIN") setTimeout(write, 1)
      }
    }
    write()`,
}

for (const [what, script] of Object.entries(written))
  test(`${what} in the channel: the child is ended, and the host hears of it as of any other ending`, {
    skip: process.platform === "win32" && "the channel is no file there",
  }, async t => {
    const mainPath = await scriptedChild(
      t,
      `const fs = await import("node:fs")\nonRequest = () => {${script}}`,
    )
    const runtime = runtimeProcess({ mainPath })
    t.after(() => runtime.stop())
    const before = process.memoryUsage().rss
    await assert.rejects(ask(runtime, loadRequest()), error => {
      assert.ok(error instanceof Error && "detail" in error)
      assert.match(JSON.stringify(error.detail), /it sent what isn't a message/)
      return true
    })
    assert.ok(process.memoryUsage().rss - before < 512 * 2 ** 20, "the host grew by more than 512 MB")
  })

test("a flood that nobody reads: the child is ended before memory is", async t => {
  const piece = `{ type: "pieces", id, pieces: [{ text: "x", token: 1 }] }`
  const mainPath = await scriptedChild(
    t,
    `onRequest = ({ id }) => setInterval(() => { for (let at = 0; at < 2000; at++) reply(${piece}) })`,
  )
  const { promise: crashed, resolve: onCrash } = Promise.withResolvers<string>()
  const runtime = runtimeProcess({ mainPath, onCrash })
  const before = process.memoryUsage().rss
  const flood = runtime.request(generateRequest(questionTo("Hello")), never)[Symbol.asyncIterator]()
  // One is read, then the reader is busy elsewhere.
  await flood.next()
  assert.match(await crashed, /it sent more than can be read/)
  assert.ok(process.memoryUsage().rss - before < 512 * 2 ** 20, "the host grew by more than 512 MB")
  await flood.return?.()
  await runtime.stop()
})
