import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:net"
import { test } from "node:test"
import { collect, conversation, heldClock, testModel, user } from "../../support/hostedTest.ts"
import {
  delta,
  event,
  eventReply,
  finished,
  jsonReply,
  type Reply,
  scriptedEndpoint,
  streamReply,
} from "../../support/scriptedEndpoint.ts"

const good = () => eventReply(delta({ content: "Here." }), finished())
const text = (content: string) => event(delta({ content }))

for (const [name, status, body, kind, said] of [
  [
    "a wrong key",
    401,
    { error: { message: "No auth credentials found", code: 401 } },
    "unauthorized",
    "No auth credentials found",
  ],
  [
    "no credit",
    402,
    { error: { message: "Insufficient credits", code: 402 } },
    "paymentRequired",
    "Insufficient credits",
  ],
  ["an unknown model", 404, { error: "model 'x' not found" }, "modelNotFound", "model 'x' not found"],
  [
    "a moderated prompt",
    403,
    { error: { message: "Flagged", metadata: { reasons: ["x"] } } },
    "badRequest",
    "Flagged",
  ],
  [
    "a full context, by code",
    400,
    { error: { message: "Too long", code: "context_length_exceeded" } },
    "contextFull",
    "Too long",
  ],
  [
    "a full context, llama-server",
    400,
    { error: { message: "m", type: "exceed_context_size_error" } },
    "contextFull",
    "m",
  ],
  [
    "a full context, in words",
    400,
    { message: "This model's maximum context length is 4096 tokens." },
    "contextFull",
    "This model's maximum context length is 4096 tokens.",
  ],
  ["a bad request", 422, { detail: "Unknown field" }, "badRequest", "Unknown field"],
  ["no quota", 429, { error: { message: "Quota", code: "insufficient_quota" } }, "paymentRequired", "Quota"],
  [
    "Oxen's envelope",
    400,
    { status: "error", status_message: "No such thing" },
    "badRequest",
    "No such thing",
  ],
  [
    "a flat error",
    400,
    { message: "Wrong format", type: "invalid_request_error", code: "wrong_api_format" },
    "badRequest",
    "Wrong format",
  ],
] as const)
  test(`${name} (${status}) is "${kind}", asked once`, async t => {
    const endpoint = await scriptedEndpoint(t, () => jsonReply(status, body))
    const { error } = await collect(testModel(endpoint.baseUrl))
    assert.deepEqual(
      { kind: error?.kind, detail: error?.detail, requests: endpoint.requests.length },
      { kind, detail: { subject: endpoint.origin, said, status }, requests: 1 },
    )
  })

for (const status of [408, 409, 425, 429, 500, 502, 503, 504, 529])
  test(`${status} is tried again, with a growing pause, and then the answer comes`, async t => {
    const clock = heldClock()
    const endpoint = await scriptedEndpoint(t, ({ index }) =>
      index < 2 ? jsonReply(status, { error: { message: "busy" } }) : good(),
    )
    const turn = await collect(testModel(endpoint.baseUrl, { clock }))
    assert.deepEqual([turn.text, clock.slept], ["Here.", [1000, 2000]])
  })

test("three tries and no more", async t => {
  const endpoint = await scriptedEndpoint(t, () => jsonReply(500, { error: { message: "broken" } }))
  const { error } = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual([error?.kind, error?.detail.said, endpoint.requests.length], ["serverError", "broken", 3])
})

const serverDate = { date: "Thu, 01 Jan 2026 00:00:00 GMT" }

for (const [name, headers, slept] of [
  ["seconds", { "retry-after": "34" }, [34_000]],
  ["milliseconds", { "retry-after-ms": "1500" }, [2000]],
  ["a date", { ...serverDate, "retry-after": "Thu, 01 Jan 2026 00:00:20 GMT" }, [20_000]],
  [
    "a date by a clock that is wrong by hours (R19)",
    { date: "Thu, 01 Jan 2026 05:00:00 GMT", "retry-after": "Thu, 01 Jan 2026 05:00:20 GMT" },
    [20_000],
  ],
  [
    "OpenRouter's reset",
    { ...serverDate, "x-ratelimit-reset": String(Date.UTC(2026, 0, 1, 0, 0, 7)) },
    [7000],
  ],
  ["a time gone by", { "retry-after": "-5" }, [0]],
  ["nonsense", { "retry-after": "soon" }, [1000]],
] as const)
  test(`429 that asks to wait, in ${name}, is obeyed`, async t => {
    const clock = heldClock()
    const endpoint = await scriptedEndpoint(t, ({ index }) =>
      index === 0 ? jsonReply(429, { error: { message: "slow down" } }, headers) : good(),
    )
    assert.equal((await collect(testModel(endpoint.baseUrl, { clock }))).text, "Here.")
    assert.deepEqual(clock.slept, slept)
  })

test("429 that asks for more than a minute is told, not waited for", async t => {
  const clock = heldClock()
  const reply = () => jsonReply(429, { error: { message: "tomorrow" } }, { "retry-after": "86400" })
  const endpoint = await scriptedEndpoint(t, reply)
  const { error } = await collect(testModel(endpoint.baseUrl, { clock }))
  assert.deepEqual([error?.kind, error?.detail.retryAfter, clock.slept], ["rateLimited", 86_400, []])
})

test("an abort while waiting for the next try ends quietly", async t => {
  const controller = new AbortController()
  const clock = { ...heldClock(), sleep: async () => controller.abort() }
  const endpoint = await scriptedEndpoint(t, () => jsonReply(503, {}))
  const turn = await collect(
    testModel(endpoint.baseUrl, { clock }),
    conversation(user("Hi")),
    controller.signal,
  )
  const waits = { type: "waiting", stage: "retrying", ms: 1000 }
  assert.deepEqual([turn.error, turn.events, endpoint.requests.length], [undefined, [waits], 1])
})

const errorChunk = {
  error: { code: 502, message: "Provider disconnected" },
  choices: [{ delta: {}, finish_reason: "error" }],
}

for (const [name, reply, kind, said] of [
  [
    "200 with an error as JSON",
    jsonReply(200, { error: { message: "Key limit", code: 402 } }),
    "paymentRequired",
    "Key limit",
  ],
  ["200 with JSON that is no answer", jsonReply(200, { hello: "world" }), "badResponse", '{"hello":"world"}'],
  [
    "200 with an HTML page",
    { headers: { "content-type": "text/html" }, body: ["<!doctype html><title>Sign in</title><p>Welcome"] },
    "badResponse",
    "Sign in Welcome",
  ],
  [
    "an error chunk after some text",
    streamReply([text("So "), event(errorChunk)]),
    "serverError",
    "Provider disconnected",
  ],
  [
    "an error event after some text",
    streamReply([text("So "), 'event: error\ndata: {"message":"crash"}\n\n']),
    "serverError",
    "crash",
  ],
  [
    "a chunk that is not JSON",
    streamReply([text("So "), "data: {oops}\n\n", text("on")]),
    "badResponse",
    "The stream holds something that is not JSON.",
  ],
  [
    "a filtered answer",
    eventReply(delta({ content: "So " }), finished("content_filter")),
    "badResponse",
    "The endpoint's content filter ended the answer.",
  ],
  ["a stream that ends without an end", streamReply([text("So ")]), "streamCut", undefined],
  [
    "a stream that ends inside an event",
    streamReply([text("So "), 'data: {"choices":[{"del']),
    "streamCut",
    undefined,
  ],
  ["a reset after some text", streamReply([text("So "), { reset: true }]), "streamCut", undefined],
] satisfies readonly (readonly [string, Reply, string, string | undefined])[])
  test(`${name} is "${kind}"`, async t => {
    const endpoint = await scriptedEndpoint(t, () => reply)
    const turn = await collect(testModel(endpoint.baseUrl))
    assert.deepEqual([turn.error?.kind, turn.error?.detail.said, turn.finish], [kind, said, undefined])
    assert.equal(turn.error?.detail.subject, endpoint.origin)
    if (turn.text !== "") assert.equal(endpoint.requests.length, 1, "shown text is never asked for again")
  })

test("a connection that breaks before anything was shown is tried again", async t => {
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    index === 0 ? streamReply([": hello\n\n", { reset: true }]) : good(),
  )
  assert.equal((await collect(testModel(endpoint.baseUrl))).text, "Here.")
})

test("a reset before the answer's headers is tried again", async t => {
  const endpoint = await scriptedEndpoint(t, ({ index }) => {
    if (index === 0) throw new Error("the server drops this one")
    return good()
  })
  assert.equal((await collect(testModel(endpoint.baseUrl))).text, "Here.")
})

test("calls of a stream that was cut are never told", async t => {
  const call = { index: 0, id: "a", function: { name: "read_file", arguments: '{"path":"a.ts"}' } }
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([text("So "), event(delta({ tool_calls: [call] }))]),
  )
  const turn = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual([turn.calls, turn.error?.kind], [[], "streamCut"])
})

test("silence: before the first byte, and between two", async t => {
  const mute = await scriptedEndpoint(t, () => new Promise<Reply>(() => {}))
  const stalls = await scriptedEndpoint(t, () => streamReply([text("So "), { hang: true }]))
  const first = await collect(testModel(mute.baseUrl, { limits: { firstByteMs: 40 } }))
  assert.deepEqual([first.error?.kind, mute.requests.length], ["timeout", 1])
  const second = await collect(testModel(stalls.baseUrl, { limits: { idleMs: 40 } }))
  assert.deepEqual([second.error?.kind, second.text], ["timeout", "So "])
  await Promise.all([mute.hungUp(0), stalls.hungUp(0)])
})

test("a stop closes the connection and ends quietly: in mid-answer, and before the answer", async t => {
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    index === 0 ? streamReply([text("So "), { hang: true }]) : new Promise<Reply>(() => {}),
  )
  const model = testModel(endpoint.baseUrl)
  for (const index of [0, 1]) {
    const controller = new AbortController()
    const turn = collect(model, conversation(user("Hi")), controller.signal)
    await endpoint.arrived(index)
    controller.abort()
    const { error, finish } = await turn
    assert.deepEqual([error, finish], [undefined, undefined])
    await endpoint.hungUp(index)
  }
})

test("breaking out of the loop closes the connection", async t => {
  const endpoint = await scriptedEndpoint(t, () => streamReply([text("So "), { hang: true }]))
  const request = { conversation: conversation(user("Hi")), maxTokens: 100 }
  for await (const { type } of testModel(endpoint.baseUrl).stream(request, new AbortController().signal))
    if (type === "text") break
  await endpoint.hungUp(0)
})

test("nobody listens: told at once, with the system's word for it", async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  const port = typeof address === "object" ? address?.port : 0
  server.close()
  await once(server, "close")
  const { error } = await collect(testModel(`http://127.0.0.1:${port}/v1`))
  assert.deepEqual(
    [error?.kind, error?.detail],
    ["unreachable", { subject: `http://127.0.0.1:${port}`, said: "ECONNREFUSED" }],
  )
})
