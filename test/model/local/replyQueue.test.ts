import assert from "node:assert/strict"
import { test } from "node:test"
import { replyQueue } from "../../../src/model/local/replyQueue.ts"

test("what is pushed before and while reading comes in order, up to the end", async () => {
  const queue = replyQueue<number>()
  queue.push(1)
  queue.push(2)
  const all = readAll(queue)
  queue.push(3)
  await Promise.resolve()
  queue.push(4)
  queue.end()
  queue.push(5)
  assert.deepEqual(await all, [1, 2, 3, 4])
})

async function readAll(queue: AsyncIterable<number>): Promise<readonly number[]> {
  const items: number[] = []
  for await (const item of queue) items.push(item)
  return items
}

test("a failure comes after what was pushed, and only the first ending counts", async () => {
  const queue = replyQueue<number>()
  queue.push(1)
  queue.fail(new Error("first"))
  queue.end()
  const seen: number[] = []
  const read = async () => {
    for await (const item of queue) seen.push(item)
  }
  await assert.rejects(read, { message: "first" })
  assert.deepEqual(seen, [1])
})
