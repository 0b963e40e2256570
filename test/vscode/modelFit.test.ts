import assert from "node:assert/strict"
import { test } from "node:test"
import { type Machine, modelFit, thisMachine } from "../../src/vscode/modelFit.ts"

const GiB = 2 ** 30
const machine = (memory: number, other: Partial<Machine> = {}): Machine => ({
  memory: memory * GiB,
  cores: 8,
  ...other,
})

for (const [name, here, verdict, sentence] of [
  ["24 GB", machine(23.4), "fits", "Fits: 23 GB memory, 8 processor cores."],
  ["16 GB, as a system counts them", machine(15.5), "fits", "Fits: 16 GB memory, 8 processor cores."],
  [
    "8 GB",
    machine(7.7),
    "noMemory",
    "Needs about 14 GB of memory; 7 GB are here. An endpoint is the better choice.",
  ],
  ["a full disk", machine(32, { freeDisk: 6.04e9 }), "noDisk", "Needs 12.1 GB on disk; 6.0 GB are free."],
  [
    "two cores",
    machine(16, { cores: 2, freeMemory: 4 * GiB }),
    "slow",
    "Works with 16 GB memory, but slowly: 2 processor cores, unless a graphics processor helps.",
  ],
  [
    "a busy computer",
    machine(32, { freeMemory: 6.5 * GiB, freeDisk: 1e12 }),
    "fits",
    "Fits: 32 GB memory, 6 GB of it free now. Close large programs first.",
  ],
] as const)
  test(`${name}: ${verdict}`, () => assert.deepEqual(modelFit(here), { verdict, sentence }))

test("this machine has memory, cores and a disk; a folder that isn't there has none", () => {
  const { memory, freeDisk = 0, cores } = thisMachine(import.meta.dirname)
  assert.ok(memory > GiB / 4 && freeDisk > 0 && cores >= 1)
  assert.equal(thisMachine("/no/such/folder").freeDisk, undefined)
})
