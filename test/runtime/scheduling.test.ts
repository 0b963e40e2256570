// Who waits for whom, through the built child: conversations take turns, what nobody waits for stands back and still
// comes out right, the newest ghost text replaces older ones, and who waits is told.
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
  writtenTokens,
} from "../support/runtimeTest.ts"

let runtime: RuntimeProcess
before(async () => {
  runtime = startRuntime()
  await ask(runtime, loadRequest({ contextSize: 32_768 }))
})
after(() => runtime.stop())

type Reply<Type> = Extract<RuntimeReply, { type: Type }>

function done(replies: readonly RuntimeReply[]): Reply<"done"> {
  const last = replies.at(-1)
  assert.equal(last?.type, "done")
  return last
}

/** The demo model is sure of its answers: rounding, which differs with the sizes of chunks, doesn't change them. */
async function answerTo(question: string): Promise<string> {
  return written((await ask(runtime, generateRequest(questionTo(question)))).replies)
}

/** Begins a request and resolves when its first reply of that type is here; `all` when it is answered. */
async function begun(request: RuntimeRequest, type: RuntimeReply["type"], signal = never) {
  const { promise: first, resolve } = Promise.withResolvers<void>()
  const all = (async () => {
    const replies: RuntimeReply[] = []
    for await (const reply of runtime.request(request, signal)) {
      replies.push(reply)
      if (reply.type === type) resolve()
    }
    resolve()
    return replies
  })()
  await first
  return { all }
}

const endless = (question: string, maxTokens = 20_000) =>
  generateRequest(questionTo(question), { maxTokens, stop: [] })
const typing = (text: string, maxTokens = 10) =>
  generateRequest([...questionTo("Complete src/a.ts"), { text }], {
    maxTokens,
    stop: [],
    context: "completion",
  })
const begunAnswer: readonly Segment[] = [
  { control: "channel" },
  { text: "final" },
  { control: "message" },
  { text: "A closure is" },
]
const inBackground = (request: RuntimeRequest) => ({ ...request, background: true })

/** The wire's lists are mutable. */
function copy(segment: Segment) {
  return "tokens" in segment ? { tokens: [...segment.tokens] } : segment
}

test("conversations take turns: the one that came first is next, and each is told that it waits", async () => {
  const cancel = new AbortController()
  const first = await begun(endless("Hello"), "pieces", cancel.signal)
  const order: string[] = []
  const second = begun(generateRequest(questionTo("What is git?")), "done").then(() => order.push("second"))
  const third = await begun(generateRequest(questionTo("What is JSON?")), "waiting")
  cancel.abort()
  await first.all
  order.push("third", ...(await third.all).filter(reply => reply.type === "failed").map(() => "failed"))
  await second
  assert.deepEqual(order, ["second", "third"])
  const waited = (await third.all).find(reply => reply.type === "waiting")
  assert.equal(waited?.type === "waiting" && waited.for, "answer")
})

test("an answer that stands still for ghost text says so", async () => {
  const [cancelAnswer, cancelGhost] = [new AbortController(), new AbortController()]
  const waits: RuntimeReply[] = []
  let ghost: Promise<unknown> | undefined
  for await (const reply of runtime.request(endless("Hello"), cancelAnswer.signal)) {
    if (reply.type === "pieces") ghost ??= ask(runtime, typing("const x =", 3000), cancelGhost.signal)
    if (reply.type !== "waiting") continue
    waits.push(reply)
    cancelAnswer.abort()
  }
  cancelGhost.abort()
  await ghost
  assert.deepEqual(
    waits.map(reply => reply.type === "waiting" && reply.for),
    ["ghostText"],
  )
})

test("the newest ghost text ends the older ones, running and waiting", async () => {
  const running = await begun(typing("const a =", 4000), "pieces")
  const waiting = ask(runtime, typing("const ab ="))
  const newest = await ask(runtime, typing("const abc ="))
  assert.equal(done(await running.all).reason, "cancelled")
  assert.equal(done((await waiting).replies).reason, "cancelled")
  assert.equal(done(newest.replies).reason, "length")
})

test("reading ahead is ended by ghost text, and what it read is used", async () => {
  const code = "const total = items.map(item => item.price * item.count)\n".repeat(60)
  const ahead = await begun(typing(code, 0), "prompt")
  const typed = await ask(runtime, typing(`${code}const`))
  assert.ok(["length", "cancelled"].includes(done(await ahead.all).reason))
  assert.equal(done(typed.replies).reason, "length")
  const again = done((await ask(runtime, typing(`${code}const y`))).replies)
  assert.ok(again.promptTokens - again.reusedTokens < 10)
})

test("what works in the background stands back for a chat, and then goes on as if nothing had been", async () => {
  const [closure, git] = [await answerTo("What is a closure?"), await answerTo("What is git?")]
  const background = await begun(inBackground(endless("What is a closure?", 800)), "pieces")
  const order: string[] = []
  const watched = background.all.then(replies => {
    order.push("background")
    return replies
  })
  assert.equal(await answerTo("What is git?"), git)
  order.push("chat")
  const replies = await watched
  assert.ok(written(replies).startsWith(closure), written(replies).slice(0, 200))
  assert.equal(done(replies).generatedTokens, 800)
  assert.deepEqual(order, ["chat", "background"])
})

test("reading a chat's prompt ahead ends for a chat, and never throws away what goes beyond it", async () => {
  const prompt = questionTo("What is a closure?")
  const answer = await ask(runtime, generateRequest(prompt))
  const ahead = done((await ask(runtime, generateRequest(prompt, { maxTokens: 0 }))).replies)
  assert.equal(ahead.reusedTokens, ahead.promptTokens)
  const next = [...prompt, { tokens: writtenTokens(answer.replies).slice(0, -1) }, { text: " more" }]
  const { promptTokens, reusedTokens } = done(
    (await ask(runtime, generateRequest(next, { maxTokens: 1 }))).replies,
  )
  assert.ok(promptTokens - reusedTokens <= 5, `${reusedTokens} of ${promptTokens}`)

  const long = questionTo("let total = price * count + shipping;\n".repeat(600))
  const reading = await begun(generateRequest(long, { maxTokens: 0 }), "prompt")
  await answerTo("What is git?")
  assert.equal(done(await reading.all).reason, "cancelled")
})

test("a begun answer comes back as its first pieces, tokens and all, and is gone on with", async () => {
  const plain = await ask(runtime, generateRequest(questionTo("What is a closure?")))
  const request = { ...generateRequest(questionTo("What is a closure?")), begun: begunAnswer.map(copy) }
  const { replies } = await ask(runtime, request)
  assert.match(written(replies), /^«channel»final«message»A closure is/)
  assert.match(written(replies), /«return»$/)
  const counted = await ask(runtime, { type: "count", segments: begunAnswer.map(copy) })
  const begunTokens = counted.last?.type === "counted" ? counted.last.tokens : 0
  assert.equal(writtenTokens(replies).length - begunTokens, done(replies).generatedTokens)
  assert.equal(done(replies).promptTokens - begunTokens, done(plain.replies).promptTokens)
})

test("a chat and ghost text by turns, 30 times: no text gets into the other", async () => {
  const chat = await answerTo("What is git?")
  const ghostText = generateRequest([...questionTo("What is a closure?"), ...begunAnswer], {
    maxTokens: 12,
    stop: [],
    context: "completion",
  })
  const ghost = written((await ask(runtime, ghostText)).replies)
  assert.match(ghost, /^ a function together with/)
  for (let round = 0; round < 30; round++) {
    const [answer, suggestion] = await Promise.all([
      answerTo("What is git?"),
      ask(runtime, ghostText).then(({ replies }) => written(replies)),
    ])
    assert.equal(answer, chat)
    assert.equal(suggestion, ghost)
  }
})

test("a load while an answer is written ends it; the next one is right", async () => {
  const expected = await answerTo("What is git?")
  const ghost = await begun(typing("const a =", 3000), "pieces")
  await ask(runtime, loadRequest({ contextSize: 32_768 }))
  const last = (await ghost.all).at(-1)
  assert.equal(last?.type === "failed" && last.kind, "noModel")
  assert.equal(await answerTo("What is git?"), expected)
})
