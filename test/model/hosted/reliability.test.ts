import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import { test } from "node:test"
import { setImmediate as turnOfLoop } from "node:timers/promises"
import tls from "node:tls"
import { guardedBody } from "../../../src/model/hosted/guardedBody.ts"
import { unreachable } from "../../../src/model/hosted/unreachable.ts"
import { selfSignedCertificate } from "../../support/certificate.ts"
import { collect, conversation, heldClock, testModel, user } from "../../support/hostedTest.ts"
import {
  delta,
  event,
  eventReply,
  finished,
  type Reply,
  scriptedEndpoint,
  streamReply,
} from "../../support/scriptedEndpoint.ts"

const good = () => eventReply(delta({ content: "Here." }), finished())

for (const [tokens, asked] of [
  [0, 3],
  [1, 1],
  [50, 1],
] as const)
  test(`R01: a reset after ${tokens} tokens keeps them, and asks again only for none`, async t => {
    const arrived = Promise.withResolvers<void>()
    if (tokens === 0) arrived.resolve()
    const pieces = Array.from({ length: tokens }, () => event(delta({ content: "x " })))
    const endpoint = await scriptedEndpoint(t, () =>
      // A reset takes with it what the computer has received, but nobody has read.
      streamReply([": hello\n\n", ...pieces, { until: arrived.promise }, { reset: true }]),
    )
    const request = { conversation: conversation(user("Q")), maxTokens: 100 }
    let text = ""
    const reading = async () => {
      for await (const each of testModel(endpoint.baseUrl).stream(request, new AbortController().signal)) {
        assert.notEqual(each.type, "finish")
        if (each.type === "text") text += each.text
        if (text.length === 2 * tokens) arrived.resolve()
      }
    }
    await assert.rejects(reading, { kind: "streamCut" })
    assert.deepEqual([text, endpoint.requests.length], ["x ".repeat(tokens), asked])
  })

test("R01: a reset in the middle of a call asks again, as nothing was shown", async t => {
  const call = { index: 0, function: { name: "read_file", arguments: '{"pa' } }
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    index === 0 ? streamReply([event(delta({ tool_calls: [call] })), { reset: true }]) : good(),
  )
  assert.equal((await collect(testModel(endpoint.baseUrl))).text, "Here.")
})

test("R03: data over several lines is one event", async t => {
  const [first, second] = [delta({ content: "Two" }), finished()].map(chunk => JSON.stringify(chunk, null, 1))
  const lines = (json = "") =>
    `${json
      .split("\n")
      .map(line => `data: ${line}`)
      .join("\n")}\n\n`
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([lines(first), lines(second), "data: [DONE]\n\n"]),
  )
  const turn = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual([turn.text, turn.finish?.reason], ["Two", "stop"])
})

test("R05: one event of ten megabytes", async t => {
  const size = 10_000_000
  const endpoint = await scriptedEndpoint(t, () =>
    eventReply(delta({ content: "x".repeat(size) }), finished()),
  )
  const turn = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual([turn.text.length, turn.error], [size, undefined])
})

test("R05: more text than any answer has is cut off", async t => {
  const piece = event(delta({ content: "x".repeat(1_000_000) }))
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([...Array.from({ length: 17 }, () => piece), { hang: true }]),
  )
  const turn = await collect(testModel(endpoint.baseUrl))
  assert.equal(turn.error?.kind, "badResponse")
  await endpoint.hungUp(0)
})

for (const [name, reply, kind, said] of [
  [
    "HTML with 403",
    {
      status: 403,
      headers: { "content-type": "text/html" },
      body: ["<!doctype html><h1>Access denied</h1>"],
    },
    "unauthorized",
    "Access denied",
  ],
  ["nothing with 404", { status: 404, body: [] }, "modelNotFound", undefined],
  ["text with 400", { status: 400, body: ["No such thing"] }, "badRequest", "No such thing"],
  [
    "an error as JSON that says it is a stream",
    streamReply([' {"error":{"message":"No credits', '","code":402}}']),
    "paymentRequired",
    "No credits",
  ],
  [
    "a page that says it is a stream",
    streamReply(["<html><body>Sign in</body></html>"]),
    "badResponse",
    "Sign in",
  ],
  [
    "200 with an empty body of JSON",
    { headers: { "content-type": "application/json" }, body: [] },
    "badResponse",
    undefined,
  ],
] satisfies readonly (readonly [string, Reply, string, string | undefined])[])
  test(`R08: ${name} is "${kind}", asked once`, async t => {
    const endpoint = await scriptedEndpoint(t, () => reply)
    const { error } = await collect(testModel(endpoint.baseUrl))
    assert.deepEqual([error?.kind, error?.detail.said, endpoint.requests.length], [kind, said, 1])
  })

for (const [name, chunk, kind, said] of [
  ["Ollama's", 'data: {"error":"model runner has stopped"}\n\n', "serverError", "model runner has stopped"],
  [
    "Cerebras's",
    'data: {"error":{"message":"Busy","type":"too_many_requests_error","code":"429"},"status_code":429}\n\n',
    "rateLimited",
    "Busy",
  ],
  [
    "LM Studio's",
    'event: error\ndata: {"error":{"message":"context length of only 4096 tokens"}}\n\n',
    "contextFull",
    "context length of only 4096 tokens",
  ],
  [
    "OpenRouter's",
    event({
      error: { code: 402, message: "Out of credits" },
      choices: [{ delta: {}, finish_reason: "error" }],
    }),
    "paymentRequired",
    "Out of credits",
  ],
  ["Groq's", event({ choices: [], x_groq: { error: "over capacity" } }), "serverError", "over capacity"],
  ["a bare finish", event(finished("error")), "serverError", undefined],
] as const)
  test(`R04: an error inside a stream, ${name}, keeps what was shown`, async t => {
    const endpoint = await scriptedEndpoint(t, () => streamReply([event(delta({ content: "So " })), chunk]))
    const turn = await collect(testModel(endpoint.baseUrl))
    assert.deepEqual([turn.text, turn.error?.kind, turn.error?.detail.said], ["So ", kind, said])
    assert.deepEqual([turn.finish, endpoint.requests.length], [undefined, 1])
  })

test("R08: a whole answer that says it is a stream is read", async t => {
  const answer = { choices: [{ message: { content: "Whole." }, finish_reason: "stop" }] }
  const endpoint = await scriptedEndpoint(t, () => streamReply([JSON.stringify(answer)]))
  assert.equal((await collect(testModel(endpoint.baseUrl))).text, "Whole.")
})

test("R10: a slow drip goes on for ever, silence doesn't", async t => {
  t.mock.timers.enable({ apis: ["setTimeout"] })
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const source = new ReadableStream<Uint8Array>({
    start(each) {
      controller = each
    },
  })
  let expired = 0
  const { body } = guardedBody(new Response(source), {
    limits: { firstByteMs: 60_000, idleMs: 120_000, maxEventBytes: 1000 },
    idleMs: () => 120_000,
    expire: () => expired++,
    onEnd: () => {},
    onFault: kind => new Error(kind),
  })
  const reader = body?.getReader()
  for (let drips = 0; drips < 10; drips++) {
    const read = reader?.read()
    await turnOfLoop()
    t.mock.timers.tick(drips === 0 ? 59_000 : 119_000)
    controller?.enqueue(new TextEncoder().encode(": still here\n\n"))
    assert.equal((await read)?.done, false)
  }
  assert.equal(expired, 0)
  void reader?.read()
  await turnOfLoop()
  t.mock.timers.tick(120_000)
  assert.equal(expired, 1)
})

test("R11: a connection that the server has closed since is replaced without a word", async t => {
  const clock = heldClock()
  const endpoint = await scriptedEndpoint(t, ({ index }) => {
    if (index === 1) throw new Error("closed")
    return good()
  })
  const model = testModel(endpoint.baseUrl, { clock })
  await collect(model)
  const turn = await collect(model)
  assert.deepEqual([turn.text, endpoint.requests.length, clock.slept], ["Here.", 3, []])
  assert.ok(turn.events.every(({ type }) => type !== "waiting"))
})

test("R12: a name that doesn't exist is told as that", async () => {
  const { error } = await collect(testModel("https://no-such-host.invalid/v1"))
  assert.equal(error?.kind, "unreachable")
  assert.match(error?.detail.said ?? "", /^(ENOTFOUND|EAI_AGAIN)$/)
})

test("R12: an address that only IPv6 reaches", async t => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.end([delta({ content: "Six." }), finished()].map(event).join(""))
  }).listen(0, "::1")
  await once(server, "listening")
  t.after(() => void server.close())
  const address = server.address()
  const port = typeof address === "object" ? address?.port : 0
  assert.equal((await collect(testModel(`http://[::1]:${port}/v1`))).text, "Six.")
})

test("R12: a connection that never comes about was waited for long enough", () => {
  const code = (name: string) => unreachable("https://example.com", { cause: { code: name } })
  assert.deepEqual(
    ["UND_ERR_CONNECT_TIMEOUT", "ECONNRESET", "ENETUNREACH"].map(name => {
      const { error, mayRetry, atOnce } = code(name)
      return [error.kind, mayRetry, atOnce]
    }),
    [
      ["unreachable", false, undefined],
      ["unreachable", true, true],
      ["unreachable", true, undefined],
    ],
  )
})

test("R13: a certificate that the computer trusts is accepted, for its own names only", async t => {
  const day = 24 * 3_600_000
  const certificate = selfSignedCertificate({
    names: ["localhost"],
    from: new Date(Date.now() - day),
    until: new Date(Date.now() + day),
  })
  const trusted = tls.getCACertificates("default")
  tls.setDefaultCACertificates([...trusted, certificate.cert])
  t.after(() => tls.setDefaultCACertificates(trusted))
  const { baseUrl } = await scriptedEndpoint(t, good, certificate)
  const right = await collect(testModel(baseUrl.replace("127.0.0.1", "localhost")))
  const wrong = await collect(testModel(baseUrl))
  assert.deepEqual(
    [right.text, wrong.text, wrong.error?.kind, wrong.error?.detail.said],
    ["Here.", "", "insecure", "ERR_TLS_CERT_ALTNAME_INVALID"],
  )
})

test("R14: the fetch of the moment is used, so that an editor's proxy settings count", async t => {
  const endpoint = await scriptedEndpoint(t, good)
  const model = testModel(endpoint.baseUrl)
  await collect(model)
  const patched = t.mock.method(globalThis, "fetch", globalThis.fetch)
  await collect(model)
  assert.equal(patched.mock.callCount(), 1)
})

test("R19: a clock that is set back and forth changes no figure", async t => {
  let hours = 0
  const clock = { ...heldClock(), now: () => ++hours * (hours % 2 === 0 ? -1 : 1) * 3_600_000 }
  const endpoint = await scriptedEndpoint(t, good)
  const { events } = await collect(testModel(endpoint.baseUrl, { clock }))
  const found = events.find(each => each.type === "usage")
  assert.deepEqual([found?.usage.firstTokenMs, found?.usage.generationMs], [0, 0])
})
