// R29 at its length: a prompt of 30,000 tokens is cancelled while it is read, early and late. The processor is free
// after the chunk that it is at, and the next answer is as if nothing had been. Reading slows down with length, so the
// last cancel comes at 8,000.
import assert from "node:assert/strict"
import { after, test } from "node:test"
import type { RuntimeReply } from "../../src/model/local/runtimeChild.ts"
import {
  ask,
  generateRequest,
  loadRequest,
  never,
  questionTo,
  startRuntime,
  written,
} from "../support/runtimeTest.ts"

const runtime = startRuntime()
after(() => runtime.stop())

const short = generateRequest(questionTo("What is a closure?"))
const long = generateRequest(questionTo("What is a closure? ".repeat(4300)))

/** Tokens that are read by then. */
const moments = [0, 3000, 8000]

test("a prompt of 30,000 tokens, cancelled in the midst of it: free after one chunk, and the next answer is right", async t => {
  await ask(runtime, loadRequest({ contextSize: 32_768 }))
  const expected = written((await ask(runtime, short)).replies)
  assert.match(expected, /A closure is a function/)
  for (const moment of moments) {
    const stop = new AbortController()
    const chunks: number[] = []
    let at = 0
    for await (const reply of runtime.request(long, stop.signal)) {
      assert.ok(!stop.signal.aborted, "a reply came after the cancel")
      if (reply.type !== "prompt") continue
      assert.ok(reply.total >= 30_000 && reply.total < 32_768, `${reply.total} tokens`)
      chunks.push(performance.now())
      at = reply.done
      if (at >= moment) stop.abort()
    }
    const cancelled = performance.now()
    const replies: RuntimeReply[] = []
    let free = 0
    for await (const reply of runtime.request(short, never)) {
      // The first that isn't about waiting: it has the processor.
      if (reply.type === "prompt" && free === 0) free = performance.now() - cancelled
      replies.push(reply)
    }
    const longest = Math.max(0, ...chunks.slice(1).map((time, index) => time - (chunks[index] ?? time)))
    t.diagnostic(
      `cancelled at ${at}: free after ${free.toFixed(0)} ms; the longest chunk took ${longest.toFixed(0)} ms`,
    )
    assert.ok(free > 0 && free < 1000 + longest)
    assert.equal(written(replies), expected)
  }
})
