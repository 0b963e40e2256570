// Models that step in for each other: over real HTTP where servers are meant, with written turns for local ones.
import assert from "node:assert/strict"
import { test } from "node:test"
import { failoverModel } from "../../src/model/failoverModel.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { ModelError, type ModelErrorKind } from "../../src/model/modelError.ts"
import { collect, conversation, testModel, user } from "../support/hostedTest.ts"
import {
  delta,
  event,
  eventReply,
  finished,
  jsonReply,
  type Reply,
  scriptedEndpoint,
  streamReply,
} from "../support/scriptedEndpoint.ts"
import { says, scriptedModel } from "../support/scriptedModel.ts"

type Context = Parameters<typeof scriptedEndpoint>[0]

const [good, gone] = [eventReply(delta({ content: "Hi" }), finished()), jsonReply(404, { error: "gone" })]

/** Hosted models at servers that give these replies, and the first that the others stand behind. */
async function hosted(t: Context, ...replies: readonly Reply[]) {
  const servers = await Promise.all(replies.map(reply => scriptedEndpoint(t, () => reply)))
  const [first, ...others] = servers.map((server, at) => testModel(server.baseUrl, { label: `Model ${at}` }))
  assert.ok(first)
  const time = { now: 0 }
  const model = failoverModel([first, ...others], { allowHosted: false, now: () => time.now })
  return { model, first, servers, time, asked: () => servers.map(({ requests }) => requests.length) }
}

function hostOf(server: { readonly origin: string } | undefined): string {
  return server === undefined ? "" : new URL(server.origin).host
}

function provider({ events }: Awaited<ReturnType<typeof collect>>): string | undefined {
  return events.find(each => each.type === "usage")?.usage.provider
}

test("the first choice answers, and nobody else is asked", async t => {
  const { model, first, asked } = await hosted(t, good, good)
  const turn = await collect(model)
  assert.deepEqual([turn.text, provider(turn), asked()], ["Hi", undefined, [1, 0]])
  const { stepsIn, ...description } = model.description
  assert.deepEqual(description, first.description)
  assert.equal(stepsIn?.length, 1, "questions to the user name every place that may get the text")
})

for (const [name, reply] of [
  ["no credit", jsonReply(402, { error: "Insufficient credits" })],
  ["no such model", gone],
  ["more requests than it takes", jsonReply(429, {}, { "retry-after": "3600" })],
  ["a longer wait than is worth it", jsonReply(503, {}, { "retry-after": "30" })],
  ["no streams", { headers: { "content-type": "text/html" }, body: ["<!doctype html>"] }],
] as const)
  test(`the next steps in for a server with ${name}, and says its name`, async t => {
    const { model, servers, asked } = await hosted(t, reply, good)
    const turn = await collect(model)
    assert.deepEqual([turn.text, provider(turn), asked()], ["Hi", `Model 1 at ${hostOf(servers[1])}`, [1, 1]])
    assert.equal(turn.finish?.reason, "stop")
  })

test("a server that is down, and one that breaks off before the first word", async t => {
  const { model, servers, asked } = await hosted(t, good, streamReply([{ reset: true }]), good)
  await servers[0]?.stop()
  const turn = await collect(model)
  assert.deepEqual([turn.text, provider(turn)], ["Hi", `Model 2 at ${hostOf(servers[2])}`])
  assert.ok((asked()[1] ?? 0) >= 1)
})

test("short waits are the first choice's own", async t => {
  let tries = 0
  const flaky = await scriptedEndpoint(t, () => (tries++ === 0 ? jsonReply(503, {}) : good))
  const spare = await scriptedEndpoint(t, () => good)
  const models = [testModel(flaky.baseUrl), testModel(spare.baseUrl)] as const
  const { events, text } = await collect(failoverModel(models, { allowHosted: false }))
  assert.deepEqual([events[0], text], [{ type: "waiting", stage: "retrying", ms: 1000 }, "Hi"])
  assert.equal(spare.requests.length, 0)
})

for (const [status, kind] of [
  [400, "badRequest"],
  [401, "unauthorized"],
  [413, "contextFull"],
  [307, "redirected"],
] as const)
  test(`"${kind}" is for the user or the conversation, not for another model`, async t => {
    const { model, asked } = await hosted(t, jsonReply(status, { error: "no" }), good)
    assert.equal((await collect(model)).error?.kind, kind)
    assert.deepEqual(asked(), [1, 0])
  })

test("once something was shown, the fault is the answer's", async t => {
  const { model, asked } = await hosted(
    t,
    streamReply([event(delta({ reasoning: "Hm" })), { reset: true }]),
    good,
  )
  const { reasoning, error } = await collect(model)
  assert.deepEqual([reasoning, error?.kind, asked()], ["Hm", "streamCut", [1, 0]])
})

test("when nobody answers, the error is the first choice's, whatever the others say", async t => {
  const { model, servers } = await hosted(
    t,
    gone,
    jsonReply(401, { error: "key" }),
    jsonReply(413, { error: "long" }),
  )
  const { error } = await collect(model)
  assert.deepEqual([error?.kind, error?.detail.subject], ["modelNotFound", servers[0]?.origin])
})

test("one that failed is asked last for some minutes, and first again after", async t => {
  const { model, asked, time } = await hosted(t, gone, good)
  await collect(model)
  await collect(model)
  assert.deepEqual(asked(), [1, 2])
  time.now += 16 * 60_000
  await collect(model)
  assert.deepEqual(asked(), [2, 3])
})

test("a resting first choice is still asked when the others can't", async t => {
  const answers = [gone, good]
  let second = good
  const first = await scriptedEndpoint(t, ({ index }) => answers[index] ?? good)
  const spare = await scriptedEndpoint(t, () => second)
  const models = [testModel(first.baseUrl), testModel(spare.baseUrl)] as const
  const model = failoverModel(models, { allowHosted: false, now: () => 0 })
  await collect(model)
  second = jsonReply(413, { error: "long" })
  const { text, error } = await collect(model)
  assert.deepEqual([text, error], ["Hi", undefined])
})

test("an abort between two of them asks no other", async t => {
  const stop = new AbortController()
  const first = await scriptedEndpoint(t, () => {
    stop.abort()
    return gone
  })
  const spare = await scriptedEndpoint(t, () => good)
  const models = [testModel(first.baseUrl), testModel(spare.baseUrl)] as const
  const { events, error } = await collect(
    failoverModel(models, { allowHosted: false }),
    undefined,
    stop.signal,
  )
  assert.deepEqual([events, error, spare.requests.length], [[], undefined, 0])
})

function broken(kind: ModelErrorKind): LanguageModel {
  return scriptedModel(() => {
    throw new ModelError(kind, { subject: "gpt-oss-20b.gguf" })
  })
}

test("from this computer to elsewhere only with the user's word", async t => {
  const elsewhere = testModel("https://openrouter.ai/api/v1", { label: "gpt-oss-120b" })
  assert.throws(() => failoverModel([broken("runtimeEnded"), elsewhere], { allowHosted: false }), {
    kind: "insecure",
  })
  const here = testModel("http://localhost:11434/v1")
  assert.throws(() => failoverModel([here, elsewhere], { allowHosted: false }), { kind: "insecure" })
  assert.equal(failoverModel([elsewhere, here], { allowHosted: false }).description.label, "gpt-oss-120b")
  const server = await scriptedEndpoint(t, () => good)
  const toServer = failoverModel([broken("runtimeEnded"), testModel(server.baseUrl)], { allowHosted: false })
  assert.equal((await collect(toServer)).text, "Hi")
})

for (const kind of ["runtimeEnded", "outOfMemory", "modelMissing", "noBinary"] as const)
  test(`a local model steps in after "${kind}"`, async () => {
    const spare = scriptedModel(says("From here."))
    const model = failoverModel([broken(kind), spare], { allowHosted: false })
    assert.equal((await collect(model)).text, "From here.")
  })

test("ghost text: those that can continue a text, while the first can", async () => {
  const request = { conversation: conversation(user("x")), maxTokens: 8, prefill: "const a" }
  const continuing = (work: LanguageModel["continueText"]): LanguageModel => ({
    ...scriptedModel(says("chat")),
    ...(work !== undefined && { continueText: work }),
  })
  const fails = continuing(async function* () {
    yield { type: "waiting", stage: "loading", fraction: 0.5 }
    throw new ModelError("outOfMemory")
  })
  const works = continuing(async function* () {
    yield { type: "text", text: " = 1", tokens: 3 }
  })
  const model = failoverModel([fails, scriptedModel(says("chat only")), works], { allowHosted: false })
  const events = []
  for await (const each of model.continueText?.(request, new AbortController().signal) ?? [])
    events.push(each)
  assert.deepEqual(events, [
    { type: "waiting", stage: "loading", fraction: 0.5 },
    { type: "text", text: " = 1", tokens: 3 },
  ])
  assert.equal(failoverModel([scriptedModel(), works], { allowHosted: false }).continueText, undefined)
})

test("one model alone is itself", () => {
  const only = scriptedModel(says("x"))
  assert.equal(failoverModel([only], { allowHosted: false }), only)
})
