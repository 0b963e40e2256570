// Whatever a server of raw completions does wrong becomes one ModelError of the right kind; what had arrived is
// kept, and nothing is asked twice once something was shown.
import assert from "node:assert/strict"
import { test } from "node:test"
import { collect, heldClock } from "../../../support/hostedTest.ts"
import {
  event,
  jsonReply,
  type Reply,
  scriptedEndpoint,
  streamReply,
} from "../../../support/scriptedEndpoint.ts"
import {
  cutReply,
  ids,
  llamaEvents,
  llamaFinal,
  llamaReply,
  model,
  vllmEvents,
  vllmReply,
} from "./rawServer.ts"

const header = "<|channel|>final<|message|>"
const whole = `${header}Hello there<|return|>`

type Row = {
  readonly name: string
  readonly form: "vllm" | "llamaServer"
  readonly reply: Reply
  readonly kind: string
  readonly said?: RegExp
  readonly text?: string
  readonly requests?: number
}

const rows: readonly Row[] = [
  {
    name: "the key is refused",
    form: "llamaServer",
    reply: jsonReply(401, { error: { message: "Invalid API Key", type: "authentication_error", code: 401 } }),
    kind: "unauthorized",
    said: /Invalid API Key/,
  },
  {
    name: "the prompt is longer than llama-server's context",
    form: "llamaServer",
    reply: jsonReply(400, {
      error: {
        code: 400,
        message: "the request exceeds the available context size",
        type: "exceed_context_size_error",
      },
    }),
    kind: "contextFull",
  },
  {
    name: "the prompt is longer than vLLM's context",
    form: "vllm",
    reply: jsonReply(400, {
      error: {
        message: "This model's maximum context length is 4096 tokens.",
        type: "BadRequestError",
        code: 400,
      },
    }),
    kind: "contextFull",
  },
  {
    name: "vLLM knows the model by another name",
    form: "vllm",
    reply: jsonReply(404, {
      error: { message: "The model `x` does not exist.", type: "NotFoundError", code: 404 },
    }),
    kind: "modelNotFound",
  },
  {
    name: "llama-server is still loading, three times",
    form: "llamaServer",
    reply: jsonReply(503, { error: { message: "Loading model", type: "unavailable_error", code: 503 } }),
    kind: "serverError",
    requests: 3,
  },
  {
    name: "a web page answers",
    form: "vllm",
    reply: {
      status: 200,
      headers: { "content-type": "text/html" },
      body: ["<html><body>Welcome</body></html>"],
    },
    kind: "badResponse",
  },
  {
    name: "another place answers",
    form: "llamaServer",
    reply: { status: 307, headers: { location: "https://elsewhere.example/x" }, body: [] },
    kind: "redirected",
  },
  {
    name: "an error inside vLLM's stream keeps what came",
    form: "vllm",
    reply: streamReply([
      ...vllmEvents(ids(`${header}Hello there`)).slice(0, 4),
      event({ error: { message: "EngineDeadError", type: "InternalServerError", code: 500 } }),
      "data: [DONE]\n\n",
    ]),
    kind: "serverError",
    said: /EngineDeadError/,
    text: "Hello",
  },
  {
    name: "an error inside llama-server's stream before any text is tried again",
    form: "llamaServer",
    reply: streamReply([event({ error: { code: 500, message: "Compute error.", type: "server_error" } })]),
    kind: "serverError",
    requests: 3,
  },
  {
    name: "a stream cut after some text keeps it and isn't sent again",
    form: "llamaServer",
    reply: cutReply(llamaEvents(ids(`${header}Hello`))),
    kind: "streamCut",
    text: "Hello",
  },
  {
    name: "a stream that ends without an end is cut",
    form: "vllm",
    reply: streamReply(vllmEvents(ids(`${header}Hello there`)).slice(0, 4)),
    kind: "streamCut",
    text: "Hello",
  },
  {
    name: "a stream cut inside the header is tried again",
    form: "vllm",
    reply: cutReply(vllmEvents(ids(whole)).slice(0, 2)),
    kind: "streamCut",
    requests: 3,
  },
  {
    name: "vLLM gives up within an answer",
    form: "vllm",
    reply: streamReply([
      ...vllmEvents(ids(`${header}Hello there`)).slice(0, 4),
      event({ choices: [{ index: 0, text: "", token_ids: [], finish_reason: "abort" }] }),
    ]),
    kind: "serverError",
    text: "Hello",
  },
  {
    name: "a server that gives text without ids",
    form: "vllm",
    reply: streamReply([event({ choices: [{ index: 0, text: "Hello", finish_reason: null }] })]),
    kind: "badResponse",
    said: /without token ids/,
  },
  {
    name: "a llama-server too old for ids",
    form: "llamaServer",
    reply: streamReply([event({ content: "Hello", stop: false })]),
    kind: "badResponse",
    said: /without token ids/,
  },
  {
    name: "ids that are no numbers",
    form: "vllm",
    reply: streamReply([
      event({ choices: [{ index: 0, text: "Hello", token_ids: ["1", -5], finish_reason: null }] }),
    ]),
    kind: "badResponse",
  },
  {
    name: "an event that isn't JSON",
    form: "llamaServer",
    reply: streamReply(["data: {nonsense\n\n", ...llamaEvents(ids(whole))]),
    kind: "badResponse",
  },
]

for (const row of rows)
  test(`${row.form}: ${row.name}`, async t => {
    const endpoint = await scriptedEndpoint(t, () => row.reply)
    const turn = await collect(model(endpoint.baseUrl, { form: row.form }))
    assert.equal(turn.error?.kind, row.kind)
    assert.equal(turn.text, row.text ?? "")
    assert.equal(endpoint.requests.length, row.requests ?? 1)
    assert.equal(turn.finish, undefined)
    if (row.said !== undefined) assert.match(turn.error?.detail.said ?? "", row.said)
  })

test("a try that failed leaves nothing behind in the answer of the next", async t => {
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    index === 0 ? cutReply(llamaEvents(ids("<|channel|>analysis<|message|>"))) : llamaReply(whole),
  )
  const turn = await collect(model(endpoint.baseUrl, { form: "llamaServer" }))
  assert.equal(turn.text, "Hello there")
  assert.equal(
    turn.events.find(each => each.type === "problem"),
    undefined,
  )
  assert.deepEqual(turn.events.slice(0, 1), [{ type: "waiting", stage: "retrying", ms: 1000 }])
})

test("a server that says nothing for too long is left", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([...llamaEvents(ids(`${header}Hello`)), { hang: true }]),
  )
  const limits = { firstByteMs: 5000, idleMs: 50 }
  const turn = await collect(model(endpoint.baseUrl, { form: "llamaServer", limits }))
  assert.deepEqual([turn.error?.kind, turn.text], ["timeout", "Hello"])
  await endpoint.hungUp(0)
})

test("nobody listens", async () => {
  const turn = await collect(model("http://127.0.0.1:9/v1", { form: "llamaServer" }))
  assert.equal(turn.error?.kind, "unreachable")
})

test("an address that nothing may be sent to", async () => {
  const turn = await collect(model("http://example.com/v1"))
  assert.equal(turn.error?.kind, "insecure")
})

test("a key that can't be sent isn't sent", async t => {
  const endpoint = await scriptedEndpoint(t, () => vllmReply(whole))
  const turn = await collect(model(endpoint.baseUrl, { apiKey: async () => "bad\nkey" }))
  assert.equal(turn.error?.kind, "unauthorized")
  assert.equal(endpoint.requests.length, 0)
})

test("aborting closes the connection and ends quietly", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([...llamaEvents(ids(`${header}Hello`)), { hang: true }]),
  )
  const abort = new AbortController()
  const seen: string[] = []
  const { stream } = model(endpoint.baseUrl, { form: "llamaServer" })
  for await (const each of stream({ conversation: { messages: [] }, maxTokens: 50 }, abort.signal)) {
    seen.push(each.type)
    abort.abort()
  }
  assert.deepEqual(seen, ["text"])
  await endpoint.hungUp(0)
})

test("an abort while the server's tokenizer is asked ends at once", async t => {
  const endpoint = await scriptedEndpoint(t, () => streamReply([{ hang: true }]))
  const abort = new AbortController()
  const asked = model(endpoint.baseUrl, { form: "llamaServer", vocabulary: "server" })
  const turn = collect(asked, { messages: [] }, abort.signal)
  await endpoint.arrived(0)
  abort.abort()
  assert.deepEqual((await turn).events, [])
  assert.equal((await turn).error, undefined)
})

test("leaving the loop closes the connection too", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([...vllmEvents(ids(whole)).slice(0, 5), { hang: true }]),
  )
  const { stream } = model(endpoint.baseUrl)
  const request = { conversation: { messages: [] }, maxTokens: 50 }
  for await (const each of stream(request, new AbortController().signal)) if (each.type === "text") break
  await endpoint.hungUp(0)
})

test("a server that never stops writing is left at the limit", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([...llamaEvents(ids(`${header}${"spam ".repeat(3000)}`)), llamaFinal(3000, "limit")]),
  )
  const turn = await collect(model(endpoint.baseUrl, { form: "llamaServer", outputLimit: 20 }))
  assert.equal(turn.finish?.reason, "length")
  assert.equal(turn.text.split("spam").length - 1, 17)
})

test("an answer is whole once its last token came, whatever becomes of the connection", async t => {
  const endpoint = await scriptedEndpoint(t, () => cutReply(llamaEvents(ids(whole))))
  const turn = await collect(model(endpoint.baseUrl, { form: "llamaServer", clock: heldClock() }))
  assert.deepEqual([turn.error, turn.text, turn.finish?.reason], [undefined, "Hello there", "stop"])
})

test("a vLLM behind a proxy that answers in one piece", async t => {
  const choice = {
    index: 0,
    text: "Hello there",
    token_ids: ids(whole),
    finish_reason: "stop",
    stop_reason: null,
  }
  const endpoint = await scriptedEndpoint(t, () => jsonReply(200, { choices: [choice] }))
  const turn = await collect(model(endpoint.baseUrl))
  assert.deepEqual([turn.error, turn.text, turn.finish?.reason], [undefined, "Hello there", "stop"])
})
