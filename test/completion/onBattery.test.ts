// What saving battery changes for ghost text of a model on this computer: the pause, and what is read ahead.
import assert from "node:assert/strict"
import { test } from "node:test"
import { prepareAhead } from "../../src/completion/prepareAhead.ts"
import { suggest } from "../../src/completion/suggest.ts"
import { onMains, type PowerPolicy, powerPolicy } from "../../src/model/local/power/powerPolicy.ts"
import { editor } from "../support/completionTest.ts"
import { requestAt } from "../support/cursorText.ts"

const saving = powerPolicy("save", true)
const never = new AbortController().signal

/** An editor whose pauses are over at once and written down. */
function editorOn(power: PowerPolicy) {
  const { parts, model } = editor("1", { options: { power } })
  const waits: number[] = []
  const pause = {
    over: async (leastMs: number) => {
      waits.push(leastMs)
      return true
    },
    observe: () => {},
  }
  return { waits, model, parts: { ...parts, state: { ...parts.state, pause } } }
}

for (const [name, power, trigger, wait] of [
  ["on mains a fast model is asked at once", onMains, "automatic", 0],
  ["on battery it is asked in a pause only", saving, "automatic", 600],
  ["who asks doesn't wait, on battery neither", saving, "invoked", 0],
] as const)
  test(name, async () => {
    const { waits, parts } = editorOn(power)
    assert.equal((await suggest(requestAt("const x = █", { trigger }), parts, never)).type, "suggestion")
    assert.deepEqual(waits, [wait])
  })

test("a file that is opened is read ahead on mains, not on battery; typing reads it then", async () => {
  const request = requestAt("const x = █")
  for (const [power, requests] of [
    [onMains, 1],
    [saving, 0],
  ] as const) {
    const { model, parts } = editorOn(power)
    await prepareAhead(request, parts, never)
    assert.equal(model.requests.length, requests)
    assert.equal((await suggest(request, parts, never)).type, "suggestion")
    assert.equal(model.requests.length, requests + 1)
  }
})
