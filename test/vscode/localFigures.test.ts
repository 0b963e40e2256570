// What is kept of a model's measurement, and for which load it is used: only for what was measured, and never a number
// of threads that somebody set.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { LocalFigures } from "../../src/vscode/localFigures.ts"
import { localFigures } from "../../src/vscode/localFigures.ts"
import { memoryOf } from "./memoryOf.ts"

const file = "/models/gpt-oss-20b-mxfp4.gguf"
const speed = { promptTokensPerSecond: 24, generationTokensPerSecond: 13 }
const onProcessor = { ...speed, threads: 3, askedThreads: 0, draftTokens: 0, gpu: "none", gpuLayers: 0 }
const onCard = { ...speed, threads: 5, askedThreads: 0, draftTokens: 4, gpu: "vulkan", gpuLayers: 24 }

function figures(measured?: unknown): LocalFigures {
  return localFigures({
    memento: memoryOf(measured === undefined ? {} : { "osprey.modelSpeeds": [[file, measured]] }),
    power: { settled: () => assert.fail("nothing is loaded") },
    log: { info() {}, warn() {}, error() {} },
    onChange() {},
  })
}

for (const [name, measured, threads, gpu, asked] of [
  ["nothing is known", undefined, 0, "auto", { threads: 0, draftTokens: 0 }],
  ["nothing is known, the user set 2", undefined, 2, "auto", { threads: 2, draftTokens: 0 }],
  ["measured on the processor", onProcessor, 0, "cpu", { threads: 3, draftTokens: 0 }],
  ["… and the user set 2", onProcessor, 2, "cpu", { threads: 2, draftTokens: 0 }],
  ["… and now there is a card", onProcessor, 0, "auto", { threads: 0, draftTokens: 0 }],
  ["measured on a card", onCard, 0, "auto", { threads: 5, draftTokens: 4 }],
  ["… and now it is the processor", onCard, 0, "cpu", { threads: 0, draftTokens: 0 }],
  [
    "measured with a number the user had set",
    { ...onProcessor, askedThreads: 3 },
    0,
    "cpu",
    { threads: 0, draftTokens: 0 },
  ],
  ["of another version", { ...speed, threads: 3 }, 0, "cpu", { threads: 0, draftTokens: 0 }],
] as const)
  test(`${name}: loaded with ${asked.threads === 0 ? "a number to be found" : asked.threads}`, () =>
    assert.deepEqual(figures(measured).tuned(file, threads)(gpu), asked))

test("a measurement is found by path, and by the model's name wherever the file lies", () => {
  const { measured } = figures(onCard)
  assert.equal(measured({ path: file }, "auto")?.generationTokensPerSecond, 13)
  assert.equal(measured({ path: "/other.gguf" }, "auto"), undefined)
  assert.equal(measured({ name: "gpt-oss-20b" }, "vulkan")?.generationTokensPerSecond, 13)
  assert.equal(measured({ name: "gpt-oss-120b" }, "auto"), undefined)
  // The settings have the processor compute by now.
  assert.equal(measured({ path: file }, "cpu"), undefined)
})
