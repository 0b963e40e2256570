import assert from "node:assert/strict"
import { test } from "node:test"
import { formatReference } from "../../src/vscode/modelReference.ts"
import { type Memory, recentModels } from "../../src/vscode/recentModels.ts"

function memory(): Memory & { value: unknown } {
  return {
    value: undefined,
    get() {
      return this.value
    },
    async update(_name, value) {
      this.value = value
    },
  }
}

test("used models come latest first, once each, sixteen at most", async () => {
  const kept = memory()
  const recent = recentModels(kept)
  for (let at = 0; at < 20; at++) await recent.used({ type: "file", path: `/m/${at}.gguf` })
  await recent.used({ type: "file", path: "/m/9.gguf" })
  assert.deepEqual(
    recent.list().map(formatReference),
    [9, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 8, 7, 6, 5, 4].map(at => `/m/${at}.gguf`),
  )
})

test("what isn't a model in that memory is left out", () => {
  const kept = memory()
  kept.value = [
    "https://a.test/v1 m",
    "http://evil.test/v1 m",
    "",
    { type: "demo" },
    null,
    7,
    "demo",
    "shell /x",
  ]
  assert.deepEqual(recentModels(kept).list().map(formatReference), ["https://a.test/v1 m", "demo"])
  kept.value = "demo"
  assert.deepEqual(recentModels(kept).list(), [])
})
