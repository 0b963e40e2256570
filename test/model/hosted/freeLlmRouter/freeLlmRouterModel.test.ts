// Free models in order against a real server that knows them by name: who is passed over, who answers, what is
// reported, and to whom the keys go.
import assert from "node:assert/strict"
import { test } from "node:test"
import { freeLlmRouterModel } from "../../../../src/model/hosted/freeLlmRouter/freeLlmRouterModel.ts"
import { outcomeReports } from "../../../../src/model/hosted/freeLlmRouter/outcomeReports.ts"
import { collect, conversation, testKey, testModel, user } from "../../../support/hostedTest.ts"
import {
  delta,
  event,
  eventReply,
  finished,
  jsonReply,
  type Reply,
  type ScriptedRequest,
  scriptedEndpoint,
  streamReply,
} from "../../../support/scriptedEndpoint.ts"

type Context = Parameters<typeof scriptedEndpoint>[0]

const good = eventReply(delta({ content: "Here." }), finished())
const tooMany = jsonReply(429, { error: { message: "Rate limited upstream" } }, { "retry-after": "100" })

function modelOf({ body }: ScriptedRequest): string {
  return typeof body === "object" && body !== null && "model" in body ? String(body.model) : ""
}

/** OpenRouter with these models, and the service that hears of outcomes. */
async function world(t: Context, replies: Readonly<Record<string, Reply>>, { isOn = true } = {}) {
  const openRouter = await scriptedEndpoint(
    t,
    request => replies[modelOf(request)] ?? jsonReply(404, { error: { message: "No endpoints found" } }),
  )
  const service = await scriptedEndpoint(t, () => jsonReply(200, { received: true }))
  const time = { now: 0 }
  const apiKey = async () => "fma_CANARY"
  const model = freeLlmRouterModel({
    description: testModel(openRouter.baseUrl).description,
    list: { ids: async () => ["a:free", "b:free", "c:free", "openrouter/free"] },
    model: id => testModel(openRouter.baseUrl, { model: id }),
    countTokens: async () => 0,
    report: outcomeReports({ isOn: () => isOn, apiKey, baseUrl: service.baseUrl }),
    now: () => time.now,
  })
  return { model, openRouter, service, time, asked: () => openRouter.requests.map(modelOf) }
}

test("the first that answers, and it is named", async t => {
  const { model, asked } = await world(t, { "a:free": good, "b:free": good })
  const { text, events } = await collect(model)
  const usage = events.find(each => each.type === "usage")?.usage
  assert.deepEqual([text, usage?.provider, asked()], ["Here.", "a:free", ["a:free"]])
})

const cut = streamReply([event(delta({ content: "He" })), { reset: true }])

for (const [name, reply] of [
  ["overloaded", tooMany],
  ["gone", jsonReply(404, { error: { message: "No endpoints found" } })],
  ["broken", jsonReply(500, { error: { message: "oops" } }, { "retry-after": "100" })],
  ["waiting for its server", jsonReply(503, { error: { message: "loading" } })],
  ["answering with a web page", { body: ["<!doctype html>hello"], headers: { "content-type": "text/html" } }],
] as const)
  test(`a model that is ${name} is passed over, and asked last for some minutes`, async t => {
    const { model, asked, time } = await world(t, { "a:free": reply, "b:free": good })
    assert.equal((await collect(model)).text, "Here.")
    assert.equal((await collect(model)).text, "Here.")
    assert.deepEqual(asked(), ["a:free", "b:free", "b:free"])
    time.now += 16 * 60_000
    await collect(model)
    assert.deepEqual(asked().slice(3), ["a:free", "b:free"])
  })

test("when none of the list answers, OpenRouter chooses; when that fails, its error is the answer's", async t => {
  const { model, asked } = await world(t, { "openrouter/free": good })
  assert.equal((await collect(model)).text, "Here.")
  assert.deepEqual(asked(), ["a:free", "b:free", "c:free", "openrouter/free"])
  const nothing = await world(t, { "a:free": tooMany })
  const { error } = await collect(nothing.model)
  assert.equal(error?.kind, "modelNotFound")
  assert.equal(nothing.asked().length, 4)
})

for (const [status, kind] of [
  [401, "unauthorized"],
  [402, "paymentRequired"],
  [400, "badRequest"],
  [413, "contextFull"],
] as const)
  test(`${kind} would be so with every model: nobody else is asked, nothing is reported`, async t => {
    const { model, asked, service } = await world(t, {
      "a:free": jsonReply(status, { error: { message: "no" } }),
    })
    assert.equal((await collect(model)).error?.kind, kind)
    assert.deepEqual(asked(), ["a:free"])
    assert.equal(service.requests.length, 0)
  })

test("once something was shown it is that model's answer", async t => {
  const { model, asked } = await world(t, { "a:free": cut, "b:free": good })
  const { text, error } = await collect(model)
  assert.deepEqual([text, error?.kind, asked()], ["He", "streamCut", ["a:free"]])
})

test("outcomes: id and success or kind, nothing else; keys to their own places", async t => {
  const unavailable = jsonReply(503, { error: { message: "secret words" } }, { "retry-after": "100" })
  const replies = { "a:free": tooMany, "b:free": unavailable, "openrouter/free": good }
  const { model, openRouter, service } = await world(t, replies)
  const { text } = await collect(model, conversation(user("My private question")))
  assert.equal(text, "Here.")
  await Promise.all([0, 1, 2].map(service.arrived))
  assert.deepEqual(
    new Set(service.requests.map(({ method, path, body }) => JSON.stringify({ method, path, body }))),
    new Set(
      [
        { modelId: "a:free", issue: "rate_limited" },
        { modelId: "b:free", issue: "unavailable" },
        { modelId: "c:free", issue: "error" },
      ].map(body => JSON.stringify({ method: "POST", path: "/v1/models/feedback", body })),
    ),
  )
  assert.deepEqual(
    [openRouter, service].map(({ requests }) => [
      ...new Set(requests.map(each => each.headers.authorization)),
    ]),
    [[`Bearer ${testKey}`], ["Bearer fma_CANARY"]],
  )
})

test("a good answer is reported too", async t => {
  const { model, service } = await world(t, { "a:free": good })
  assert.equal((await collect(model)).text, "Here.")
  assert.deepEqual((await service.arrived(0)).body, { modelId: "a:free", success: true })
})

test("nothing is reported before the user turned it on", async t => {
  const { model, service, asked } = await world(t, { "b:free": good }, { isOn: false })
  await collect(model)
  assert.deepEqual(asked(), ["a:free", "b:free"])
  assert.equal(service.requests.length, 0)
})

test("a service that is gone takes nothing away", async t => {
  const { model, service } = await world(t, { "b:free": good })
  await service.stop()
  assert.equal((await collect(model)).text, "Here.")
})

test("an abort ends the search", async t => {
  const { model, openRouter } = await world(t, { "a:free": { body: [{ hang: true }] }, "b:free": good })
  const stop = new AbortController()
  const turn = collect(model, undefined, stop.signal)
  await openRouter.arrived(0)
  stop.abort()
  assert.deepEqual([(await turn).events, (await turn).error], [[], undefined])
  await openRouter.hungUp(0)
  assert.equal(openRouter.requests.length, 1)
})
