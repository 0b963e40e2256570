// What computes, in a few words; and what menus and page say of a measured file.
import assert from "node:assert/strict"
import { test } from "node:test"
import { computingWords, measuredSentence } from "../../src/vscode/computingWords.ts"
import { localWords } from "../../src/vscode/localWords.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"

for (const [gpu, gpuLayers, threads, words] of [
  ["none", 0, 3, "processor, 3 threads"],
  ["none", 0, 1, "processor, 1 thread"],
  ["vulkan", 24, 3, "Vulkan, 24 of 24 layers"],
  ["metal", 24, 3, "Metal, 24 of 24 layers"],
  ["cuda", 12, 7, "CUDA, 12 of 24 layers; processor, 7 threads"],
  ["vulkan", 0, 3, "processor, 3 threads"],
] as const)
  test(words, () => assert.equal(computingWords({ gpu, gpuLayers, layers: 24, threads }), words))

const speed = {
  ...{ promptTokensPerSecond: 24.4, generationTokensPerSecond: 12.6, draftTokens: 0 },
  ...{ threads: 3, askedThreads: 0, gpu: "none", gpuLayers: 0 },
}
const sentence = "Measured on this computer: it writes 13 tokens/s and reads 24 tokens/s."

test("what was measured, as a sentence", () => assert.equal(measuredSentence(speed), sentence))

function words(values: Readonly<Record<string, unknown>>) {
  const file = "/models/gpt-oss-20b.gguf"
  return localWords({
    settings: () => readSettings({ get: () => undefined, inspect: key => ({ globalValue: values[key] }) }),
    local: {
      figures: {
        measured: at => ("path" in at && at.path === file ? speed : undefined),
        computing: path => (path === file ? "processor, 3 threads" : undefined),
      },
    },
  })
}

test("a measured file: its speed in the menu, on the card of its download, behind the status bar", () => {
  const { seen, measuredIn, computing } = words({
    "chat.model": "/models/gpt-oss-20b.gguf",
    "completion.model": "chat",
  })
  assert.deepEqual(seen("/models/gpt-oss-20b.gguf"), { tokensPerSecond: 12.6 })
  assert.equal(measuredIn("/models"), sentence)
  assert.equal(measuredIn("/elsewhere"), undefined)
  assert.equal(computing(), "processor, 3 threads · 13 tokens/s measured")
})

test("before it was loaded, and for models elsewhere, nothing is said", () => {
  for (const line of ["", "demo", "/models/other.gguf", "http://127.0.0.1:11434/v1 gpt-oss:20b"]) {
    const { seen, measuredIn, computing } = words({ "chat.model": line, "completion.model": "chat" })
    assert.deepEqual(
      [seen("/models/other.gguf"), measuredIn("/models"), computing()],
      [undefined, undefined, undefined],
    )
  }
})
