import assert from "node:assert/strict"
import { test } from "node:test"
import { disposables } from "../../src/base/disposables.ts"

test("items are disposed last first, once, even when one throws", () => {
  const order: string[] = []
  const errors: unknown[] = []
  const list = disposables(error => errors.push(error))
  list.add({ dispose: () => order.push("first") })
  list.add({
    dispose: () => {
      throw new Error("second")
    },
  })
  list.add({ dispose: () => order.push("third") })
  list.dispose()
  list.dispose()
  assert.deepEqual(order, ["third", "first"])
  assert.equal(errors.length, 1)
})

test("an item added after disposal is disposed at once", () => {
  let disposed = false
  const list = disposables()
  list.dispose()
  list.add({
    dispose: () => {
      disposed = true
    },
  })
  assert.ok(disposed)
})
