import assert from "node:assert/strict"
import path from "node:path"
import { test } from "node:test"
import { gptOss120b } from "../../src/model/local/fit/modelNeeds.ts"
import { modelFit } from "../../src/vscode/modelFit.ts"
import { type Machine, thisMachine } from "../../src/vscode/thisMachine.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

const GiB = 2 ** 30
const machine = (memory: number, other: Partial<Machine> = {}): Machine => ({
  memory: memory * GiB,
  cores: 8,
  ...other,
})

test("without more words it is about downloading gpt-oss-20b", () => {
  assert.deepEqual(modelFit(machine(23.4)), {
    verdict: "fits",
    sentence: "Fits: 23 GB memory, 13–20 tokens/s expected, 16k context.",
  })
  assert.equal(modelFit(machine(7.7)).verdict, "noMemory")
  assert.equal(modelFit(machine(32, { freeDisk: 6.04e9 })).verdict, "noDisk")
})

test("a file that is there needs no download; a large context needs memory; other models need more", () => {
  assert.equal(
    modelFit(machine(24), { download: 0 }).sentence,
    "Fits: 24 GB memory, 13–20 tokens/s expected, 16k context.",
  )
  assert.equal(modelFit(machine(15), { contextSize: 131_072 }).verdict, "noMemory")
  assert.equal(modelFit(machine(32), { model: gptOss120b }).verdict, "noMemory")
})

test("this machine has memory, cores and a disk, also for a folder that the download will make", async t => {
  const { memory, freeDisk = 0, cores } = thisMachine(import.meta.dirname)
  assert.ok(memory > GiB / 4 && freeDisk > 0 && cores >= 1)
  const folder = path.join(await temporaryFolder(t), "models", "own")
  assert.ok((thisMachine(folder).freeDisk ?? 0) > 0)
  assert.equal(thisMachine("\0").freeDisk, undefined)
})
