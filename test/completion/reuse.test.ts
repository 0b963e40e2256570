// What costs no evaluation: typing what is shown, going back, and the answer that is still being written.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type continuingModel, editor } from "../support/completionTest.ts"
import { pictureOf, requestAt } from "../support/cursorText.ts"

test("who types what is shown never asks the model again", async () => {
  const { outcome, model } = editor("parseInt(text, 10)\n")
  const shown = "parseInt(text, 10)"
  const first = await outcome(requestAt("const n = █"))
  assert.equal(first.type === "suggestion" && first.source, "model")
  for (let typed = 1; typed < shown.length; typed++) {
    const request = requestAt(`const n = ${shown.slice(0, typed)}█`)
    const next = await outcome(request)
    assert.ok(next.type === "suggestion")
    assert.equal(pictureOf(request, next), `const n = ${shown.slice(0, typed)}├${shown.slice(typed)}┤`)
    assert.equal(next.source, "typedThrough")
  }
  assert.equal(model.requests.length, 1)
})

test("brackets and quotes that the editor closes meanwhile are taken along", async () => {
  const { at, model } = editor('log("a", b)')
  assert.equal(await at("x = █"), 'x = ├log("a", b)┤')
  assert.equal(await at("x = log(█)"), 'x = log(├"a", b)┤')
  assert.equal(await at('x = log("█")'), 'x = log("├a", b)┤')
  assert.equal(await at('x = log("a", █)'), 'x = log("a", ├b)┤')
  assert.equal(model.requests.length, 1)
})

test("a block is typed through line by line", async () => {
  const { at, model } = editor("const a = 1\n  return a\n}")
  assert.equal(await at("function f() {\n  █"), "function f() {\n  ├const a = 1\n  return a\n}┤")
  assert.equal(
    await at("function f() {\n  const a = 1\n  re█"),
    "function f() {\n  const a = 1\n  re├turn a\n}┤",
  )
  assert.equal(model.requests.length, 1)
})

test("going back and coming again finds the earlier answers, also that there was nothing", async () => {
  let asked = 0
  const { at, model } = editor(({ prefill }) => {
    asked++
    return prefill.endsWith("y =") ? "\n" : " 1"
  })
  for (const _round of [1, 2, 3]) {
    assert.equal(await at("const x = █"), "const x = ├1┤")
    assert.equal(await at("const y = █"), "nothingToAdd")
  }
  assert.equal(asked, 2)
  assert.equal(model.requests.length, 2)
})

test("another text around the cursor is another question", async () => {
  const { at, model } = editor("1")
  await at("const x = █")
  await at("const x = █\nfoo()")
  await at("let x = █")
  await at("const x = █", { path: "src/b.ts" })
  assert.equal(model.requests.length, 4)
})

/** A model that writes when it is told to. */
function heldModel() {
  const chunks: string[] = []
  let wake = () => {}
  const say = (chunk: string) => {
    chunks.push(chunk)
    wake()
  }
  async function* write(): AsyncGenerator<string> {
    for (;;) {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  }
  return { say, write }
}

test("a keystroke that the answer under way may begin with joins it", async () => {
  const { say, write } = heldModel()
  const { outcome, model } = editor(write)
  const cancel = new AbortController()
  const first = outcome(requestAt("const n = █"), cancel.signal)
  await untilAsked(model, 1)
  cancel.abort()
  assert.deepEqual(await first, { type: "none", reason: "cancelled" })
  const request = requestAt("const n = par█")
  const second = outcome(request)
  say(" pa")
  say("rseInt(x)\n")
  const joined = await second
  assert.ok(joined.type === "suggestion")
  assert.equal(joined.source, "inFlight")
  assert.equal(pictureOf(request, joined), "const n = par├seInt(x)┤")
  assert.equal(model.requests.length, 1)
})

test("as soon as the answer goes another way it is ended and asked anew", async () => {
  const { say, write } = heldModel()
  let asked = 0
  const { outcome, model } = editor(() => (++asked === 1 ? write() : "ber(x)"))
  const cancel = new AbortController()
  const first = outcome(requestAt("const n = █"), cancel.signal)
  await untilAsked(model, 1)
  cancel.abort()
  await first
  const request = requestAt("const n = Num█")
  const second = outcome(request)
  say(" parse")
  const own = await second
  assert.ok(own.type === "suggestion")
  assert.equal(pictureOf(request, own), "const n = Num├ber(x)┤")
  assert.equal(model.requests.length, 2)
})

test("an answer that nobody waits for ends", async () => {
  const { write } = heldModel()
  const { outcome, model, state } = editor(write, { state: { lingerMs: 1 } })
  const cancel = new AbortController()
  const first = outcome(requestAt("const n = █"), cancel.signal)
  await untilAsked(model, 1)
  cancel.abort()
  await first
  while (state.flight.isBusy()) await new Promise(resolve => setImmediate(resolve))
})

async function untilAsked(model: ReturnType<typeof continuingModel>, count: number): Promise<void> {
  while (model.requests.length < count) await new Promise(resolve => setImmediate(resolve))
}
