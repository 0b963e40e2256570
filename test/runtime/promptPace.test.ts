// How big a prompt's chunks are: by speed, and by whether the user types.
import assert from "node:assert/strict"
import { test } from "node:test"
import { promptPace } from "../../src/runtime/promptPace.ts"

/** The sizes of a few chunks on a machine that needs so long per token. */
function sizes(msPerToken: number, options: { typing?: boolean; fast?: boolean; batchSize?: number } = {}) {
  const { typing = false, fast = false, batchSize = 512 } = options
  const pace = promptPace({ batchSize, fast, isTyping: () => typing })
  return Array.from({ length: 5 }, () => {
    const chunk = pace.chunk()
    pace.measured(chunk, chunk * msPerToken)
    return chunk
  })
}

test("gpt-oss-20b on two cores: 16 tokens, 4 while the user types", () => {
  assert.deepEqual(sizes(45), [16, 16, 16, 16, 16])
  assert.deepEqual(sizes(45, { typing: true }), [4, 4, 4, 4, 4])
})

test("a faster machine takes what fits into 150 ms, and gets there in steps", () => {
  assert.deepEqual(sizes(1), [16, 64, 150, 150, 150])
  assert.deepEqual(sizes(12, { typing: true }), [4, 12, 12, 12, 12])
})

test("a graphics card or a tiny model begins with big chunks, at most a batch", () => {
  assert.deepEqual(sizes(0.1, { fast: true }), [256, 512, 512, 512, 512])
  assert.deepEqual(sizes(0.1, { fast: true, batchSize: 128 }), [128, 128, 128, 128, 128])
})

test("typing makes the next chunk small at once", () => {
  let typing = false
  const pace = promptPace({ batchSize: 128, fast: false, isTyping: () => typing })
  pace.measured(16, 720)
  assert.equal(pace.chunk(), 16)
  typing = true
  assert.equal(pace.chunk(), 4)
})
