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
import type { Graphics } from "../../../src/model/local/fit/placement.ts"

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
  const alone = { model: gptOss20b, cores: 2, graphics: undefined, onGraphics: 0, keepsWeights: true }
  within(expectedSpeed(alone).low, 13, 0.1)
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

const card = (name: string, memory: number, other: Partial<Graphics> = {}): Graphics => ({
  ...{ name, memory: memory * GiB, gpu: "vulkan", devices: 1, sharesMemory: false },
  ...other,
})
const withCard = (memory: number, graphics: Graphics) => computer(memory, { graphics })
const mac = (chip: string, memory: number) =>
  // macOS gives Metal two thirds of a small memory, three quarters of a large one.
  withCard(memory, card(chip, memory * (memory > 36 ? 0.75 : 0.667), { gpu: "metal", sharesMemory: true }))

for (const [name, model, here, verdict, sentence] of [
  ["24 GB", gptOss20b, computer(23.4), "fits", "Fits: 23 GB memory, 13–20 tokens/s expected, 16k context."],
  [
    "two cores",
    gptOss20b,
    computer(23.4, { cores: 2 }),
    "fits",
    "Fits: 23 GB memory, about 13 tokens/s expected, 16k context.",
  ],
  [
    "16 GB, as a system counts them",
    gptOss20b,
    computer(15.5),
    "fits",
    "Fits: 16 GB memory, 13–20 tokens/s expected, 16k context.",
  ],
  [
    "12 GB: the file's part comes from the disk",
    gptOss20b,
    computer(12.5),
    "slow",
    "Works, slowly: 13 GB memory, less than 1 token/s expected, 16k context.",
  ],
  [
    "8 GB",
    gptOss20b,
    computer(7.7),
    "noMemory",
    "Needs about 14 GB of memory; 7 GB are here. An endpoint is the better choice.",
  ],
  [
    "8 GB and a card that takes it all",
    gptOss20b,
    withCard(7.7, card("NVIDIA GeForce RTX 4080", 16)),
    "fits",
    "Fits: NVIDIA GeForce RTX 4080 with 16 GB, 60–200 tokens/s expected, 16k context.",
  ],
  [
    "8 GB and a card of 24",
    gptOss20b,
    withCard(7.7, card("NVIDIA GeForce RTX 4090", 23.5)),
    "fits",
    "Fits: NVIDIA GeForce RTX 4090 with 24 GB, 90–320 tokens/s expected, 16k context.",
  ],
  [
    "a card that takes a part",
    gptOss20b,
    withCard(31.2, card("NVIDIA GeForce RTX 4070", 12)),
    "fits",
    "Fits: NVIDIA GeForce RTX 4070 with 12 GB and 31 GB memory, 10–25 tokens/s expected, 16k context.",
  ],
  [
    "a card that takes next to nothing",
    gptOss20b,
    withCard(31.2, card("NVIDIA GeForce GTX 1650", 4)),
    "fits",
    "Fits: 31 GB memory, 13–20 tokens/s expected, 16k context.",
  ],
  [
    "8 GB and a card that takes a part",
    gptOss20b,
    withCard(7.7, card("AMD Radeon RX 5600", 6)),
    "noMemory",
    "Needs about 10 GB of memory beside AMD Radeon RX 5600 with 6 GB; 7 GB are here. An endpoint is the better choice.",
  ],
  [
    "graphics in the processor: the same memory, at its speed",
    gptOss20b,
    withCard(15.5, card("AMD Radeon Graphics", 12, { sharesMemory: true })),
    "fits",
    "Fits: AMD Radeon Graphics with 16 GB, 13–20 tokens/s expected, 16k context.",
  ],
  [
    "8 GB and graphics that share them: nothing is counted twice",
    gptOss20b,
    withCard(7.7, card("Intel Iris Xe Graphics", 7.7, { sharesMemory: true })),
    "noMemory",
    "Needs about 15 GB of memory; 7 GB are here. An endpoint is the better choice.",
  ],
  [
    "a Mac of 16 GB",
    gptOss20b,
    mac("Apple M1", 16),
    "fits",
    "Fits: Apple M1 with 16 GB, 13–50 tokens/s expected, 16k context.",
  ],
  [
    "a Mac of 32 GB",
    gptOss20b,
    mac("Apple M2 Pro", 32),
    "fits",
    "Fits: Apple M2 Pro with 32 GB, 50–90 tokens/s expected, 16k context.",
  ],
  [
    "a Mac of 8 GB",
    gptOss20b,
    mac("Apple M3", 8),
    "noMemory",
    /^Needs about 1[45] GB of memory; 8 GB are here\./,
  ],
  [
    "a full disk: the download asks for 5 % more than the file",
    gptOss20b,
    computer(32, { freeDisk: 12.4e9 }),
    "noDisk",
    "Needs 12.7 GB on disk; 12.4 GB are free.",
  ],
  [
    "a busy computer",
    gptOss20b,
    computer(32, { freeMemory: 6.5 * GiB, freeDisk: 1e12 }),
    "fits",
    "Fits: 32 GB memory, 13–20 tokens/s expected, 16k context. Only 6 GB are free now: close large programs first.",
  ],
  [
    "a busy card",
    gptOss20b,
    withCard(32, card("NVIDIA GeForce RTX 4080", 16, { freeMemory: 3.5 * GiB })),
    "fits",
    "Fits: NVIDIA GeForce RTX 4080 with 16 GB, 60–200 tokens/s expected, 16k context. " +
      "Only 3 GB of the card’s memory are free now: close what uses it first.",
  ],
  [
    "the large model",
    gptOss120b,
    computer(32),
    "noMemory",
    "Needs about 62 GB of memory; 32 GB are here. An endpoint is the better choice.",
  ],
  [
    "the large model, 32 GB and a card of 24",
    gptOss120b,
    withCard(32, card("NVIDIA GeForce RTX 4090", 24)),
    "noMemory",
    "Needs about 41 GB of memory beside NVIDIA GeForce RTX 4090 with 24 GB; 32 GB are here. An endpoint is the better choice.",
  ],
  [
    "the large model and much memory",
    gptOss120b,
    computer(128),
    "fits",
    "Fits: 128 GB memory, 9–14 tokens/s expected, 16k context.",
  ],
  [
    "the large model and a card for it",
    gptOss120b,
    withCard(128, card("NVIDIA H200", 140)),
    "fits",
    "Fits: NVIDIA H200 with 140 GB, 60–220 tokens/s expected, 16k context.",
  ],
  [
    "the large model and a Mac for it",
    gptOss120b,
    mac("Apple M4 Max", 128),
    "fits",
    "Fits: Apple M4 Max with 128 GB, 35–60 tokens/s expected, 16k context.",
  ],
] as const)
  test(`${name}: ${verdict}`, () => {
    const advice = fitAdvice({ model, contexts, computer: here, download: model.fileSize })
    assert.equal(advice.verdict, verdict, advice.sentence)
    if (typeof sentence === "string") assert.equal(advice.sentence, sentence)
    else assert.match(advice.sentence, sentence)
  })

test("a larger context is said, and takes its memory", () => {
  const advice = (chat: number) =>
    fitAdvice({ model: gptOss20b, contexts: { ...contexts, chat }, computer: computer(16) })
  assert.equal(advice(32_768).sentence, "Fits: 16 GB memory, 13–20 tokens/s expected, 32k context.")
  assert.equal(advice(131_072).verdict, "noMemory")
})

test("what was measured is said instead of what was expected", () => {
  const question = { model: gptOss20b, contexts, computer: computer(16) }
  const said = (generationTokensPerSecond: number) =>
    fitAdvice({ ...question, measured: { promptTokensPerSecond: 24, generationTokensPerSecond } })
  assert.deepEqual(said(3.4), {
    verdict: "slow",
    sentence: "Works, slowly: 16 GB memory, 3 tokens/s measured, 16k context.",
  })
  assert.equal(said(18.6).sentence, "Fits: 16 GB memory, 19 tokens/s measured, 16k context.")
})

test("before loading: nothing to say with enough memory, what will happen with less", () => {
  const warning = (here: ComputerFacts) => loadWarning({ model: gptOss20b, contexts, computer: here })
  const withFree = (free: number) => computer(16, { freeMemory: free * GiB })
  assert.equal(warning(withFree(13)), undefined)
  assert.match(
    warning(withFree(11.5)) ?? "",
    /^This model takes 10\.7 GB .*9\.5 GB of it.*1\.2 GB more.*11\.5 GB are free now\. It will be slow/,
  )
  assert.match(warning(withFree(4)) ?? "", /4\.0 GB are free now\. Other programs will be pushed out/)
  const large = card("NVIDIA GeForce RTX 4080", 16)
  assert.equal(warning({ ...withFree(4), graphics: large }), undefined)
  assert.match(
    warning({ ...withFree(4), graphics: card("NVIDIA GeForce RTX 3060", 8) }) ?? "",
    /^This model takes 5\.\d GB .*\(4\.\d GB of it for a faster copy/,
  )
})

test("where free memory isn't known, nobody is told how much of it there is", () => {
  const warning = (here: ComputerFacts) => loadWarning({ model: gptOss20b, contexts, computer: here }) ?? ""
  assert.match(warning(computer(8)), /; this computer has 8 GB\. Other programs/)
  assert.match(warning(mac("Apple M3", 8)), /; this computer has 8 GB\. Other programs/)
  assert.equal(warning(mac("Apple M2 Pro", 32)), "")
})

test("a second window is told what its copy takes", () => {
  assert.equal(
    secondCopyWarning(gptOss20b, contexts, 1),
    "Another window has this model in memory. This window needs 10.7 GB more for its own copy; only the file is shared.",
  )
})
