// Ghost text's own context beside the chat's: neither costs the other its evaluated prefix, and typing goes first.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { RuntimeReply } from "../../src/model/local/runtimeChild.ts"
import type { RuntimeProcess, RuntimeRequest } from "../../src/model/local/runtimeProcess.ts"
import type { Segment } from "../../src/protocol/segment.ts"
import {
  ask,
  generateRequest,
  loadRequest,
  never,
  questionTo,
  startRuntime,
  written,
} from "../support/runtimeTest.ts"

let runtime: RuntimeProcess
before(() => {
  runtime = startRuntime()
})
after(() => runtime.stop())

function typing(text: string, maxTokens = 5): RuntimeRequest {
  const segments: readonly Segment[] = [...questionTo("Complete src/a.ts"), { text }]
  return generateRequest(segments, { maxTokens, stop: [], context: "completion" })
}

function done(reply: RuntimeReply | undefined): Extract<RuntimeReply, { type: "done" }> {
  assert.equal(reply?.type, "done")
  return reply
}

test("each context keeps what it evaluated, whatever happens in the other", async () => {
  await ask(runtime, loadRequest())
  const code = "const total = items.map(item => item.price * item.count)\n".repeat(10)
  await ask(runtime, typing(code))
  await ask(runtime, generateRequest(questionTo("What is a closure?")))
  const typed = done((await ask(runtime, typing(`${code}const`))).last)
  assert.ok(typed.promptTokens - typed.reusedTokens <= 4, `${typed.reusedTokens} of ${typed.promptTokens}`)
  const chat = done((await ask(runtime, generateRequest(questionTo("What is a closure?")))).last)
  assert.equal(chat.reusedTokens, chat.promptTokens - 1)
})

test("its size is its own", async () => {
  await ask(runtime, loadRequest({ contextSize: 4096, completionContextSize: 512 }))
  const long = "let total = price * count + shipping;\n".repeat(60)
  const refused = await ask(runtime, typing(long))
  assert.equal(refused.last?.type === "failed" && refused.last.kind, "contextFull")
  assert.equal((await ask(runtime, generateRequest(questionTo(long), { maxTokens: 1 }))).last?.type, "done")
})

test("while a suggestion is written the answer waits, and then goes on as if nothing had been", async () => {
  await ask(runtime, loadRequest({ contextSize: 32_768 }))
  const alone = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  await ask(runtime, loadRequest({ contextSize: 32_768 }))
  const order: string[] = []
  const answering = collect(generateRequest(questionTo("What is a closure?")), reply =>
    order.push(`chat ${reply.type}`),
  )
  const typed = collect(typing("const x =", 40), reply => order.push(`typing ${reply.type}`))
  const [answer] = await Promise.all([answering, typed])
  assert.equal(written(answer), written(alone.replies))
  const ended = order.indexOf("typing done")
  assert.ok(ended >= 0 && ended < order.indexOf("chat done"), order.join(", "))
  const between = order.slice(order.indexOf("typing pieces"), ended)
  assert.deepEqual(
    between.filter(reply => reply === "chat pieces"),
    [],
    order.join(", "),
  )
})

test("reading ahead waits for an answer, and a cancel ends its waiting", async () => {
  await ask(runtime, loadRequest({ contextSize: 32_768 }))
  const chat = new AbortController()
  const endless = generateRequest(questionTo("Hello"), { maxTokens: 30_000, stop: [] })
  const ahead = new AbortController()
  let pieces = 0
  let readTokens = 0
  let reading: Promise<void> | undefined
  for await (const reply of runtime.request(endless, chat.signal)) {
    if (reply.type !== "pieces") continue
    reading ??= (async () => {
      for await (const read of runtime.request(typing("const x = 1\n".repeat(40), 0), ahead.signal))
        if (read.type === "prompt") readTokens = read.done
    })()
    // Some more of the answer comes while the reading waits.
    if (++pieces > 5) chat.abort()
  }
  assert.equal(readTokens, 0)
  ahead.abort()
  await reading
  const { last } = await ask(runtime, typing("const x ="))
  assert.equal(done(last).reason, "length")
})

async function collect(
  request: RuntimeRequest,
  tell: (reply: RuntimeReply) => void,
): Promise<readonly RuntimeReply[]> {
  const replies: RuntimeReply[] = []
  for await (const reply of runtime.request(request, never)) {
    replies.push(reply)
    tell(reply)
  }
  return replies
}
