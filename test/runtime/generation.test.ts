// The real child with the real demo model: load, stream, cancel, reuse, refuse.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { RuntimeReply } from "../../src/model/local/runtimeChild.ts"
import type { RuntimeProcess } from "../../src/model/local/runtimeProcess.ts"
import type { Segment } from "../../src/protocol/segment.ts"
import {
  ask,
  generateRequest,
  loadRequest,
  message,
  never,
  questionTo,
  startRuntime,
  written,
  writtenTokens,
} from "../support/runtimeTest.ts"

const closure =
  "«channel»analysis«message»A general question, no tool needed.«end»«start»assistant«channel»final«message»" +
  "A closure is a function together with the variables of the scope in which it was created. " +
  "It can use them even after that scope has ended.«return»"

let runtime: RuntimeProcess
before(async () => {
  runtime = startRuntime()
  assert.deepEqual((await ask(runtime, generateRequest(questionTo("Hello")))).last, {
    type: "failed",
    id: 1,
    kind: "noModel",
    detail: "no model is loaded",
  })
})
after(() => runtime.stop())

async function load(contextSize = 4096): Promise<RuntimeReply | undefined> {
  return (await ask(runtime, loadRequest({ contextSize }))).last
}

function done(reply: RuntimeReply | undefined): Extract<RuntimeReply, { type: "done" }> {
  assert.equal(reply?.type, "done")
  return reply
}

test("loading says what was loaded, and how far it is", async () => {
  const { last, replies } = await ask(runtime, loadRequest())
  assert.equal(last?.type, "loaded")
  const { id: _id, ...facts } = last
  assert.deepEqual(facts, {
    type: "loaded",
    name: "Osprey demo model (gpt-oss architecture)",
    contextSize: 4096,
    trainedContextSize: 131_072,
    vocabularySize: 2238,
    threads: 1,
    gpu: "none",
    gpuLayers: 0,
    layers: 4,
  })
  const fractions = replies.flatMap(reply => (reply.type === "loading" ? [reply.fraction] : []))
  assert.deepEqual(
    fractions,
    fractions.toSorted((a, b) => a - b),
  )
  assert.equal(fractions[0], 0)
})

test("threads 0 means one thread for a tiny model", async () => {
  const { last } = await ask(runtime, loadRequest({ threads: 0 }))
  assert.equal(last?.type === "loaded" && last.threads, 1)
})

test("an answer streams: prompt progress, pieces with their tokens, done with counts", async () => {
  await load()
  const { last, replies } = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  assert.equal(written(replies), closure)
  const { reason, promptTokens, reusedTokens, generatedTokens } = done(last)
  assert.equal(reason, "stop")
  assert.equal(reusedTokens, 0)
  assert.equal(generatedTokens, writtenTokens(replies).length)
  const progress = replies.find(reply => reply.type === "prompt")
  assert.deepEqual(progress && { done: progress.done, total: progress.total }, {
    done: 0,
    total: promptTokens,
  })
})

test("a generation ends at maxTokens, and with none only evaluates the prompt", async () => {
  await load()
  const five = await ask(runtime, generateRequest(questionTo("What is git?"), { maxTokens: 5 }))
  assert.equal(done(five.last).reason, "length")
  assert.equal(writtenTokens(five.replies).length, 5)
  const ahead = await ask(runtime, generateRequest(questionTo("What is JSON?"), { maxTokens: 0 }))
  assert.equal(writtenTokens(ahead.replies).length, 0)
  const { promptTokens, reusedTokens } = done(
    (await ask(runtime, generateRequest(questionTo("What is JSON?")))).last,
  )
  assert.equal(reusedTokens, promptTokens - 1)
})

test("the next turn evaluates only what is new, and answers as if everything were", async () => {
  await load()
  const first = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  const generated = writtenTokens(first.replies).slice(0, -1)
  const second: readonly Segment[] = [
    ...questionTo("What is a closure?"),
    { tokens: generated },
    { control: "end" },
    ...message("user", "Thanks"),
    { control: "start" },
    { text: "assistant" },
  ]
  const warm = await ask(runtime, generateRequest(second))
  // The answer's last token was sampled but not evaluated, all before it was.
  assert.equal(done(warm.last).reusedTokens, done(first.last).promptTokens + generated.length)
  await load()
  const cold = await ask(runtime, generateRequest(second))
  assert.equal(done(cold.last).reusedTokens, 0)
  assert.equal(written(warm.replies), written(cold.replies))
})

test("a change in the middle keeps what is before it", async () => {
  await load()
  const long = "one two three four five six seven eight nine ten ".repeat(20)
  await ask(runtime, generateRequest(questionTo(`${long}X${long}`), { maxTokens: 1 }))
  const changed = await ask(runtime, generateRequest(questionTo(`${long}Y${long}`), { maxTokens: 1 }))
  const { promptTokens, reusedTokens } = done(changed.last)
  assert.ok(
    reusedTokens > promptTokens * 0.4 && reusedTokens < promptTokens * 0.6,
    `${reusedTokens}/${promptTokens}`,
  )
})

test("a cancel while the prompt is read ends there, and what was read is used again", async () => {
  await load(32_768)
  const long = questionTo("let total = price * count + shipping;\n".repeat(400))
  const cancel = new AbortController()
  let readTokens = 0
  for await (const reply of runtime.request(generateRequest(long, { maxTokens: 1 }), cancel.signal)) {
    assert.notEqual(reply.type, "pieces")
    if (reply.type !== "prompt" || reply.done === 0) continue
    assert.ok(reply.done < reply.total)
    readTokens = reply.done
    cancel.abort()
  }
  const again = await ask(runtime, generateRequest(long, { maxTokens: 1 }))
  const { promptTokens, reusedTokens } = done(again.last)
  assert.ok(reusedTokens >= readTokens && reusedTokens < promptTokens, `${reusedTokens} of ${promptTokens}`)
})

test("a cancel while an answer is written ends it, and the next answer is right", async () => {
  await load(32_768)
  const cancel = new AbortController()
  const endless = generateRequest(questionTo("Hello"), { maxTokens: 30_000, stop: [] })
  for await (const reply of runtime.request(endless, cancel.signal))
    if (reply.type === "pieces") cancel.abort()
  const { replies } = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  assert.equal(written(replies), closure)
})

test("a prompt larger than the context is refused before it is evaluated", async () => {
  await load(512)
  const { last, replies } = await ask(runtime, generateRequest(questionTo("too long ".repeat(600))))
  assert.equal(last?.type === "failed" && last.kind, "contextFull")
  assert.equal(replies.length, 1)
})

test("an answer that reaches the end of the context stops there and shifts nothing out", async () => {
  await load(512)
  const endless = generateRequest(questionTo("Hello"), { maxTokens: 10_000, stop: [] })
  const { promptTokens, generatedTokens, reason } = done((await ask(runtime, endless)).last)
  assert.equal(reason, "length")
  assert.equal(promptTokens + generatedTokens, 512)
  const { replies } = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  assert.equal(written(replies), closure)
})

test("requests wait for each other; too many are refused; counting needs no turn", async () => {
  await load()
  const cancel = new AbortController()
  const endless = generateRequest(questionTo("Hello"), { maxTokens: 4000, stop: [] })
  const running = ask(runtime, endless, cancel.signal)
  const waiting = Array.from({ length: 16 }, () =>
    ask(runtime, generateRequest(questionTo("Hi")), cancel.signal),
  )
  const refused = await ask(runtime, generateRequest(questionTo("Hi")))
  assert.equal(refused.last?.type === "failed" && refused.last.kind, "busy")
  const counted = await ask(runtime, { type: "count", segments: [{ text: "Hello" }] })
  assert.equal(counted.last?.type, "counted")
  cancel.abort()
  await Promise.all([running, ...waiting])
  const { replies } = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  assert.equal(written(replies), closure)
})

test("unload frees the model; another load brings it back", async () => {
  await load()
  assert.equal((await ask(runtime, { type: "unload" })).last?.type, "unloaded")
  const without = await ask(runtime, generateRequest(questionTo("Hello")))
  assert.equal(without.last?.type === "failed" && without.last.kind, "noModel")
  assert.equal((await load())?.type, "loaded")
})

test("an aborted request is never sent", async () => {
  const before = AbortSignal.abort()
  assert.deepEqual((await ask(runtime, generateRequest(questionTo("Hello")), before)).replies, [])
  assert.notEqual(never.aborted, true)
})
