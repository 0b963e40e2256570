// A user who types faster than any model: never more than one request, nothing left behind, nothing stale.
import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as after } from "node:timers/promises"
import { editor } from "../support/completionTest.ts"
import { requestAt } from "../support/cursorText.ts"

test("1,000 keystrokes, each cancelling the one before (R52, R53)", async () => {
  let most = 0
  const typist = editor(
    async function* () {
      for (const word of ["alpha ", "beta ", "gamma\n"]) {
        most = Math.max(most, typist.model.open())
        await after(1)
        yield word
      }
    },
    { state: { lingerMs: 5 } },
  )
  let cancel = new AbortController()
  const outcomes: Promise<string>[] = []
  for (let key = 0; key < 1000; key++) {
    cancel.abort()
    cancel = new AbortController()
    // Every tenth key begins a new line; in between, letters that no answer begins with.
    const text = `const value${Math.floor(key / 10)} = ${"x".repeat(key % 10)}`
    const asked = typist.outcome(requestAt(`${text}█`), cancel.signal)
    outcomes.push(asked.then(({ type }) => type))
    if (key % 7 === 0) await after(1)
  }
  assert.ok(most <= 1, `${most} requests at once`)
  const shown = (await Promise.all(outcomes)).filter(type => type === "suggestion").length
  assert.ok(shown <= 1 + 1000 / 7, `${shown} suggestions shown to keystrokes that were cancelled`)
  while (typist.state.flight.isBusy() || typist.model.open() > 0) await after(1)
})

test("a keystroke that was cancelled shows nothing, however late the answer comes", async () => {
  const typist = editor(async function* () {
    await after(5)
    yield "1\n"
  })
  const cancel = new AbortController()
  const asked = typist.outcome(requestAt("const x = █"), cancel.signal)
  await after(2)
  cancel.abort()
  assert.deepEqual(await asked, { type: "none", reason: "cancelled" })
})

test("a file of one enormous line asks nothing (R56)", async () => {
  const line = "a=1;".repeat(262_144)
  const { outcome, model } = editor("1")
  assert.deepEqual(await outcome(requestAt(`${line}█${line}`)), { type: "none", reason: "longLine" })
  assert.equal(model.requests.length, 0)
})
