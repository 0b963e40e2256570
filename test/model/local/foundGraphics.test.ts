// What a probe says of graphics cards, as drivers name them: whose memory it is, and what they are called to people.
import assert from "node:assert/strict"
import { test } from "node:test"
import { foundGraphics } from "../../../src/model/local/fit/foundGraphics.ts"

const found = (gpu: "cuda" | "vulkan" | "metal", ...devices: string[]) =>
  foundGraphics({ gpu, devices, memory: 24e9, freeMemory: 20e9 })

for (const [gpu, device, name, sharesMemory] of [
  ["cuda", "NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 4090", false],
  ["cuda", "NVIDIA H200", "NVIDIA H200", false],
  ["cuda", "Tesla V100-SXM2-16GB", "Tesla V100-SXM2-16GB", false],
  ["cuda", "NVIDIA GB10", "NVIDIA GB10", true],
  ["vulkan", "AMD Radeon RX 7900 XT (RADV NAVI31)", "AMD Radeon RX 7900 XT", false],
  ["vulkan", "AMD Radeon(TM) Graphics", "AMD Radeon Graphics", true],
  ["vulkan", "AMD Radeon RX Vega 11 Graphics (RADV RAVEN)", "AMD Radeon RX Vega 11 Graphics", true],
  ["vulkan", "Radeon 8060S Graphics (RADV GFX1151)", "Radeon 8060S Graphics", true],
  ["vulkan", "Intel(R) Arc(TM) A770 Graphics (DG2)", "Intel Arc A770 Graphics", false],
  ["vulkan", "Intel(R) Arc(TM) Graphics (MTL)", "Intel Arc Graphics", true],
  ["vulkan", "Intel(R) Arc(TM) 140V GPU (16GB)", "Intel Arc 140V GPU", true],
  ["vulkan", "Intel(R) UHD Graphics 770 (ADL-S GT1)", "Intel UHD Graphics 770", true],
  ["vulkan", "llvmpipe (LLVM 15.0.6, 256 bits)", "llvmpipe", true],
  ["metal", "Apple M2 Pro", "Apple M2 Pro", true],
  ["metal", "AMD Radeon Pro 5500M", "AMD Radeon Pro 5500M", false],
] as const)
  test(`${device}: ${sharesMemory ? "the computer's memory" : "memory of its own"}`, () =>
    assert.deepEqual(found(gpu, device), {
      ...{ name, gpu, sharesMemory, devices: 1 },
      ...{ memory: 24e9, freeMemory: 20e9 },
    }))

test("several cards are counted, not listed; a long name is cut", () => {
  const two = found("cuda", "NVIDIA GeForce RTX 3090", "NVIDIA GeForce RTX 3090")
  assert.deepEqual([two.name, two.devices, two.sharesMemory], ["2 graphics cards", 2, false])
  assert.equal(found("vulkan", "x".repeat(500)).name.length, 60)
})
