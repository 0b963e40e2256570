// Two writes in a row both last, in a memory that VS Code resets to the first when it hears that it was stored.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Memory } from "../../src/vscode/recentModels.ts"
import { steadyMemory } from "../../src/vscode/steadyMemory.ts"

/** VS Code's Memento in slow motion: `store` writes all of it, `notice` brings the oldest write back. */
function vscodeMemory() {
  let value: Readonly<Record<string, unknown>> = {}
  let stored = value
  const notices: Readonly<Record<string, unknown>>[] = []
  const memory: Memory = {
    get: name => value[name],
    async update(name, next) {
      value = { ...value, [name]: next }
    },
  }
  return {
    memory,
    stored: () => stored,
    store() {
      stored = structuredClone(value)
      notices.push(stored)
    },
    notice() {
      value = notices.shift() ?? value
    },
  }
}

/** Everything that waits for nothing but promises. */
function idle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** A time that passes when told to. */
function heldTime() {
  let waiting: (() => void)[] = []
  return {
    settled: () => new Promise<void>(resolve => waiting.push(resolve)),
    async pass() {
      const due = waiting
      waiting = []
      for (const resolve of due) resolve()
      await idle()
    },
  }
}

test("without it, the second of two writes is lost", async () => {
  const { memory, store, notice, stored } = vscodeMemory()
  await memory.update("facts", 1)
  store()
  await memory.update("facts", 2)
  notice()
  store()
  assert.deepEqual([memory.get("facts"), stored()], [1, { facts: 1 }])
})

for (const name of ["facts", "reports"])
  test(`a write of ${name} is read at once and stored in the end`, async () => {
    const { memory, store, notice, stored } = vscodeMemory()
    const { settled, pass } = heldTime()
    const steady = steadyMemory(memory, settled)
    await steady.update("facts", 1)
    store()
    await steady.update(name, 2)
    notice()
    assert.equal(steady.get(name), 2)
    store()
    assert.equal(stored()[name], name === "facts" ? 1 : undefined)
    await pass()
    store()
    assert.equal(stored()[name], 2)
    await pass()
    notice()
    notice()
    assert.equal(steady.get(name), 2)
  })

test("once a write lasts, what another window writes is read", async () => {
  const { memory, store, notice } = vscodeMemory()
  const { settled, pass } = heldTime()
  const steady = steadyMemory(memory, settled)
  await steady.update("facts", 1)
  store()
  notice()
  await pass()
  await memory.update("facts", 3)
  assert.equal(steady.get("facts"), 3)
})

test("a write that fails is told, and isn't read", async () => {
  const failing: Memory = { get: () => "old", update: () => Promise.reject(new Error("no disk")) }
  const steady = steadyMemory(failing)
  await assert.rejects(Promise.resolve(steady.update("facts", 1)), /no disk/)
  assert.equal(steady.get("facts"), "old")
})
