import assert from "node:assert/strict"
import { test } from "node:test"
import { keyStore } from "../../src/vscode/keyStore.ts"

function secrets() {
  const kept = new Map<string, string>()
  return {
    kept,
    get: async (name: string) => kept.get(name),
    store: async (name: string, value: string) => void kept.set(name, value),
    delete: async (name: string) => void kept.delete(name),
  }
}

test("a key belongs to the origin it was entered for, and to no other (SEC-004)", async () => {
  const keys = keyStore(secrets())
  await keys.set("https://good.test", "sk-CANARY-KEY")
  assert.equal(await keys.get("https://good.test"), "sk-CANARY-KEY")
  for (const other of [
    "https://evil.test",
    "https://good.test:8443",
    "http://good.test",
    "https://sub.good.test",
    "https://good.test.evil.test",
    "https://good.test/",
    "https://GOOD.test",
    "",
  ])
    assert.equal(await keys.get(other), undefined, other)
})

test("it lies in SecretStorage under its origin, without the blanks of a paste", async () => {
  const storage = secrets()
  await keyStore(storage).set("https://good.test", " sk-CANARY-KEY\n")
  assert.deepEqual([...storage.kept], [["osprey.key:https://good.test", "sk-CANARY-KEY"]])
})

test("deleting forgets one key and leaves the others", async () => {
  const storage = secrets()
  const keys = keyStore(storage)
  await keys.set("https://good.test", "one")
  await keys.set("http://localhost:8080", "two")
  await keys.delete("https://good.test")
  assert.deepEqual([...storage.kept.values()], ["two"])
})

for (const wrong of ["", "good.test", "https://good.test/v1", "file:///etc", "https://user@good.test"])
  test(`"${wrong}" is no origin and gets no key`, async () => {
    const storage = secrets()
    await assert.rejects(
      keyStore(storage).set(wrong, "sk-CANARY-KEY"),
      error => !String(error).includes("CANARY"),
    )
    assert.equal(storage.kept.size, 0)
  })
