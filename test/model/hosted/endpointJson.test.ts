// Plain questions to an endpoint, over real HTTP: what is sent, what comes back, and every way it can go wrong.
import assert from "node:assert/strict"
import { test } from "node:test"
import { endpointJson, serverRoot } from "../../../src/model/hosted/endpointJson.ts"
import { jsonReply, type Reply, scriptedEndpoint } from "../../support/scriptedEndpoint.ts"

const key = "sk-CANARY-KEY"

test("a question: its path, our headers, the key", async t => {
  const server = await scriptedEndpoint(t, () => jsonReply(200, { data: [] }, { "x-seen": "yes" }))
  const answer = await endpointJson({ baseUrl: server.baseUrl, path: "/models?sort=new", key })
  assert.equal(answer.ok && answer.status, 200)
  assert.equal(answer.headers?.get("x-seen"), "yes")
  assert.deepEqual(answer.body, { data: [] })
  const [request] = server.requests
  assert.deepEqual([request?.method, request?.path], ["GET", "/v1/models?sort=new"])
  assert.equal(request?.headers.authorization, `Bearer ${key}`)
  assert.equal(request?.headers["user-agent"], "Osprey")
  assert.equal(request?.headers.cookie, undefined)
})

test("with a body it is a POST of JSON; without a key there is none", async t => {
  const server = await scriptedEndpoint(t, () => jsonReply(200, {}))
  await endpointJson({ baseUrl: server.origin, path: "/api/show", body: { model: "gpt-oss:20b" } })
  const [request] = server.requests
  assert.deepEqual(
    [request?.method, request?.path, request?.body],
    ["POST", "/api/show", { model: "gpt-oss:20b" }],
  )
  assert.equal(request?.headers["content-type"], "application/json")
  assert.equal(request?.headers.authorization, undefined)
})

test("an empty answer is an answer", async t => {
  const server = await scriptedEndpoint(t, () => ({ body: [] }))
  const answer = await endpointJson({ baseUrl: server.origin, path: "/health" })
  assert.deepEqual([answer.ok, answer.body], [true, undefined])
})

const html = { headers: { "content-type": "text/html" }, body: ["<!doctype html><h1>Welcome</h1>"] }
const redirect = { status: 302, headers: { location: "https://evil.example/models?k=1" }, body: [] }

for (const [name, reply, kind, said] of [
  [
    "a refused key",
    jsonReply(401, { error: { message: `no such key ${key}` } }),
    "unauthorized",
    "no such key [key]",
  ],
  [
    "an empty account",
    jsonReply(402, { error: { message: "Insufficient credits" } }),
    "paymentRequired",
    "Insufficient credits",
  ],
  ["a path it doesn't have", jsonReply(404, { error: "not found" }), "modelNotFound", "not found"],
  ["too many questions", jsonReply(429, {}, { "retry-after": "7" }), "rateLimited", "{}"],
  [
    "success with an error inside",
    jsonReply(200, { error: { code: 503, message: "down" } }),
    "serverError",
    "down",
  ],
  ["Oxen's envelope", jsonReply(200, { status: "error", status_message: "bad" }), "serverError", "bad"],
  ["a web page", html, "badResponse", "Welcome"],
  ["a redirect", redirect, "redirected", "The endpoint redirects to https://evil.example"],
  [
    "an endless answer",
    { body: Array.from({ length: 9 }, () => " ".repeat(1000)) },
    "badResponse",
    "The answer is larger than such an answer can be.",
  ],
  ["a cut connection", { body: ['{"data":[', { reset: true }] }, "unreachable", undefined],
  ["silence", { body: [{ hang: true }] }, "timeout", undefined],
] as const satisfies readonly (readonly [string, Reply, string, string | undefined])[])
  test(`${name} is "${kind}"`, async t => {
    const server = await scriptedEndpoint(t, () => reply)
    const timeoutMs = kind === "timeout" ? 100 : 10_000
    const answer = await endpointJson({
      baseUrl: server.baseUrl,
      path: "/models",
      key,
      timeoutMs,
      maxBytes: 8000,
    })
    assert.ok(!answer.ok)
    assert.equal(answer.error.kind, kind)
    if (said !== undefined) assert.equal(answer.error.detail.said, said)
    assert.equal(server.requests.length, 1)
  })

for (const [name, question, kind] of [
  ["http to elsewhere", { baseUrl: "http://models.example/v1", path: "/models" }, "insecure"],
  ["a metadata address", { baseUrl: "https://169.254.169.254/v1", path: "/models" }, "insecure"],
  ["no address", { baseUrl: " ", path: "/models" }, "notConfigured"],
  [
    "a path that makes another host of it",
    { baseUrl: "http://127.0.0.1:1", path: "@evil.example/" },
    "internal",
  ],
  ["a key with a line break", { baseUrl: "http://127.0.0.1:1", path: "/", key: "a\r\nb: c" }, "unauthorized"],
] as const)
  test(`${name} is not asked: "${kind}"`, async () => {
    const answer = await endpointJson(question)
    assert.equal(!answer.ok && answer.error.kind, kind)
  })

test("an abort ends the question and its connection", async t => {
  const stop = new AbortController()
  const server = await scriptedEndpoint(t, () => ({ body: [{ hang: true }] }))
  const asked = endpointJson({ baseUrl: server.baseUrl, path: "/models", signal: stop.signal })
  await server.arrived(0)
  stop.abort()
  assert.equal((await asked).ok, false)
  await server.hungUp(0)
})

for (const [baseUrl, root] of [
  ["http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"],
  ["http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080"],
  ["https://team.example/llm/v1", "https://team.example/llm"],
  ["https://hub.oxen.ai/api/ai", "https://hub.oxen.ai/api/ai"],
] as const)
  test(`the root of ${baseUrl}`, () => assert.equal(serverRoot(baseUrl), root))
