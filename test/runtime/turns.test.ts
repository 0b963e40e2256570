// Who works when: one step at a time, the more urgent request first, and between its steps too.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type Priority, type Step, turns } from "../../src/runtime/turns.ts"

const never = new AbortController().signal

/** Requests write a letter at each step; the text tells who worked when. */
function workshop() {
  const { run } = turns()
  let text = ""
  const work = (letter: string, steps: number, priority: Priority, signal = never) =>
    run(priority, signal, async step => {
      for (let count = 0; count < steps; count++) await write(step, letter)
    })
  const write = (step: Step, letter: string) =>
    step(async () => {
      text += letter
      await new Promise(resolve => setImmediate(resolve))
      text += letter.toUpperCase()
    })
  return { run, work, write, text: () => text }
}

test("typing pre-empts an answer, which goes on afterwards; reading ahead comes last", async () => {
  const shop = workshop()
  const ahead = shop.work("a", 2, "ahead")
  const chat = shop.work("c", 3, "chat")
  const typing = shop.work("t", 2, "typing")
  await Promise.all([ahead, chat, typing])
  assert.equal(shop.text(), "aAtTtTcCcCcCaA")
})

test("no two steps at once, whoever asks", async () => {
  const shop = workshop()
  await Promise.all(
    (["chat", "typing", "ahead", "chat", "load"] as const).map(name => shop.work("x", 5, name)),
  )
  assert.equal(shop.text(), "xX".repeat(25))
})

test("an urgent request holds the others back between its steps", async () => {
  const shop = workshop()
  const { promise: pause, resolve: goOn } = Promise.withResolvers<void>()
  const typing = shop.run("typing", never, async step => {
    await shop.write(step, "t")
    await pause
    await shop.write(step, "t")
  })
  const chat = shop.work("c", 1, "chat")
  for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
  assert.equal(shop.text(), "tT")
  goOn()
  await Promise.all([typing, chat])
  assert.equal(shop.text(), "tTtTcC")
})

test("what is cancelled while it waits never works", async () => {
  const shop = workshop()
  const cancel = new AbortController()
  const chat = shop.work("c", 3, "chat")
  const ahead = shop.work("a", 1, "ahead", cancel.signal)
  cancel.abort(new Error("enough"))
  await assert.rejects(ahead, /enough/)
  await chat
  assert.equal(shop.text(), "cCcCcC")
})

test("a step that fails gives the turn back", async () => {
  const shop = workshop()
  const failing = shop.run("chat", never, step => step(() => Promise.reject(new Error("broken"))))
  const next = shop.work("c", 1, "chat")
  await assert.rejects(failing, /broken/)
  await next
  assert.equal(shop.text(), "cC")
})
