// The formulae of fit, against what was measured with a file of gpt-oss-20b's shape, and the sentences they make.
import assert from "node:assert/strict"
import { test } from "node:test"
import { expectedSpeed } from "../../../src/model/local/fit/expectedSpeed.ts"
import {
  type ComputerFacts,
  fitAdvice,
  loadWarning,
  secondCopyWarning,
} from "../../../src/model/local/fit/fitAdvice.ts"
import {
  bytesPerToken,
  contextBytes,
  gptOss20b,
  gptOss120b,
  memoryNeed,
} from "../../../src/model/local/fit/modelNeeds.ts"

const MiB = 2 ** 20
const GiB = 2 ** 30
const contexts = { chat: 16_384, completion: 4096 }
const within = (value: number, measured: number, share: number) =>
  assert.ok(Math.abs(value / measured - 1) <= share, `${value} instead of ${measured}`)

test("the experts' copy of 20b is what llama.cpp reports, 9,682 MiB", () => {
  assert.equal(Math.round(gptOss20b.expertBytes / MiB), 9682)
})

test("contexts take what was measured: 192, 768, 1,536 and 6,143 MiB for 4,096 to 131,072 tokens", () => {
  for (const [tokens, measured] of [
    [4096, 192],
    [16_384, 768],
    [32_768, 1536],
    [131_072, 6143],
  ] as const)
    within(contextBytes(gptOss20b, { chat: tokens, completion: 0 }) / MiB, measured, 0.001)
})

test("a token of 20b reads 2.61 GB, and two cores write some 13 of them a second", () => {
  within(bytesPerToken(gptOss20b), 2.61e9, 0.02)
  within(expectedSpeed(gptOss20b, 2, true), 13, 0.1)
})

test("20b holds 10.1 GiB with a context of 8,192 tokens, as measured; 120b holds 58 GiB", () => {
  within(memoryNeed(gptOss20b, { chat: 8192, completion: 0 }).held, 10.1 * GiB, 0.02)
  within(memoryNeed(gptOss20b, contexts).cached, 1.25 * GiB, 0.02)
  within(memoryNeed(gptOss120b, contexts).held, 58.5 * GiB, 0.02)
})

const computer = (memory: number, other: Partial<ComputerFacts> = {}): ComputerFacts => ({
  memory: memory * GiB,
  cores: 8,
  ...other,
})

for (const [name, model, here, verdict, sentence] of [
  [
    "24 GB",
    gptOss20b,
    computer(23.4),
    "fits",
    "Fits: 23 GB memory, about 13 tokens/s expected, 12.1 GB download.",
  ],
  [
    "16 GB, as a system counts them",
    gptOss20b,
    computer(15.5),
    "fits",
    "Fits: 16 GB memory, about 13 tokens/s expected, 12.1 GB download.",
  ],
  [
    "12 GB: the file's part comes from the disk",
    gptOss20b,
    computer(12.5),
    "slow",
    "Works, slowly: less than 1 token/s expected with 13 GB memory, 12.1 GB download.",
  ],
  [
    "8 GB",
    gptOss20b,
    computer(7.7),
    "noMemory",
    "Needs about 14 GB of memory; 7 GB are here. An endpoint is the better choice.",
  ],
  [
    "8 GB and a large graphics card",
    gptOss20b,
    computer(7.7, { graphics: { name: "RTX 4080", memory: 16 * GiB } }),
    "fits",
    "Fits: RTX 4080 with 16 GB, 12.1 GB download.",
  ],
  [
    "a full disk",
    gptOss20b,
    computer(32, { freeDisk: 6.04e9 }),
    "noDisk",
    "Needs 12.1 GB on disk; 6.0 GB are free.",
  ],
  [
    "a busy computer",
    gptOss20b,
    computer(32, { freeMemory: 6.5 * GiB, freeDisk: 1e12 }),
    "fits",
    "Fits: 32 GB memory, 6 GB of it free now. Close large programs first.",
  ],
  [
    "the large model",
    gptOss120b,
    computer(32),
    "noMemory",
    "Needs about 62 GB of memory; 32 GB are here. An endpoint is the better choice.",
  ],
  [
    "the large model and much memory",
    gptOss120b,
    computer(128),
    "fits",
    "Fits: 128 GB memory, about 9 tokens/s expected, 63.4 GB download.",
  ],
] as const)
  test(`${name}: ${verdict}`, () =>
    assert.deepEqual(fitAdvice({ model, contexts, computer: here, download: model.fileSize }), {
      verdict,
      sentence,
    }))

test("what was measured is said instead of what was expected", () => {
  const measured = { promptTokensPerSecond: 24, generationTokensPerSecond: 3.4 }
  const question = { model: gptOss20b, contexts, computer: computer(16) }
  assert.deepEqual(fitAdvice({ ...question, measured }), {
    verdict: "slow",
    sentence: "Works, slowly: 3 tokens/s measured with 16 GB memory.",
  })
})

test("before loading: nothing to say with enough memory, what will happen with less", () => {
  const warning = (free: number) =>
    loadWarning({ model: gptOss20b, contexts, computer: computer(16, { freeMemory: free * GiB }) })
  assert.equal(warning(13), undefined)
  assert.match(
    warning(11.5) ?? "",
    /^This model takes 10\.7 GB .*9\.5 GB of it.*1\.2 GB more.*11\.5 GB are free now\. It will be slow/,
  )
  assert.match(warning(4) ?? "", /4\.0 GB are free now\. Other programs will be pushed out of memory/)
  const graphics = { name: "RTX 4080", memory: 16 * GiB }
  const onGraphics = { model: gptOss20b, contexts, computer: computer(16, { freeMemory: 4 * GiB, graphics }) }
  assert.equal(loadWarning(onGraphics), undefined)
})

test("a second window is told what its copy takes", () => {
  assert.equal(
    secondCopyWarning(gptOss20b, contexts, 1),
    "Another window has this model in memory. This window needs 10.7 GB more for its own copy; only the file is shared.",
  )
})
