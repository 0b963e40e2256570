// Which servers can be spoken to in token ids: what the probe asks of each, and what it makes of the answers.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { RawForm } from "../../../../src/model/hosted/chatDialect.ts"
import { type RawSupport, rawProbe } from "../../../../src/model/hosted/raw/rawProbe.ts"
import { ModelError } from "../../../../src/model/modelError.ts"
import {
  event,
  jsonReply,
  type Reply,
  type Script,
  type ScriptedRequest,
  scriptedEndpoint,
  streamReply,
} from "../../../support/scriptedEndpoint.ts"
import { ids, llamaFinal, llamaReply, otherIds, otherTokenizer, vllmReply } from "./rawServer.ts"

const harmony = "<|channel|>analysis"
const missing: Reply = jsonReply(404, {
  error: { message: "File Not Found", type: "not_found_error", code: 404 },
})

/** gpt-oss's tokenizer as each server has it. */
function o200kTokenizer(form: RawForm) {
  return ({ body }: ScriptedRequest): Reply => {
    const { content, prompt } = Object(body)
    const tokens = ids(form === "vllm" ? prompt : content)
    return jsonReply(
      200,
      form === "vllm" ? { tokens, count: tokens.length, max_model_len: 4096 } : { tokens },
    )
  }
}

function server(paths: Readonly<Record<string, (request: ScriptedRequest) => Reply>>): Script {
  return request => paths[request.path]?.(request) ?? missing
}

const otherHarmony = () =>
  streamReply([
    event({ content: "", tokens: [otherIds.get("<|channel|>")], tokens_predicted: 1 }),
    llamaFinal(1, "limit"),
  ])

const rows: readonly { name: string; script: Script; form?: RawForm; found: RawSupport | null }[] = [
  {
    name: "llama-server with gpt-oss",
    script: server({
      "/tokenize": o200kTokenizer("llamaServer"),
      "/completion": () => llamaReply(harmony, "limit"),
    }),
    found: { form: "llamaServer", vocabulary: "o200k" },
  },
  {
    name: "llama-server with a model that has Harmony's tokens under other ids",
    script: server({ "/tokenize": otherTokenizer, "/completion": otherHarmony }),
    found: { form: "llamaServer", vocabulary: "server" },
  },
  {
    name: "llama-server with a model without Harmony's tokens",
    script: server({
      "/tokenize": ({ body }) =>
        jsonReply(200, { tokens: [...Buffer.from([Object(body).content].flat().join(""))] }),
    }),
    found: null,
  },
  {
    name: "llama-server too old to give ids",
    script: server({
      "/tokenize": o200kTokenizer("llamaServer"),
      "/completion": () => streamReply([event({ content: "Hi", stop: false })]),
    }),
    found: null,
  },
  {
    name: "vLLM with gpt-oss",
    script: server({
      "/tokenize": o200kTokenizer("vllm"),
      "/v1/completions": () => vllmReply(harmony, "length"),
    }),
    found: { form: "vllm", vocabulary: "o200k" },
  },
  {
    name: "vLLM behind a proxy without its tokenizer",
    script: server({ "/v1/completions": () => vllmReply(harmony, "length") }),
    found: { form: "vllm", vocabulary: "o200k" },
  },
  {
    name: "vLLM with another vocabulary",
    script: server({
      "/tokenize": () => jsonReply(200, { tokens: [1, 2, 3], count: 3, max_model_len: 4096 }),
    }),
    found: null,
  },
  {
    name: "a model that doesn't answer in Harmony, whatever its ids are",
    script: server({ "/v1/completions": () => vllmReply("Hello", "length") }),
    found: null,
  },
  {
    name: "a server that gives text only",
    script: server({
      "/v1/completions": () =>
        streamReply([event({ choices: [{ index: 0, text: "Hi", finish_reason: null }] })]),
    }),
    found: null,
  },
  {
    name: "a server that takes text only",
    script: server({
      "/v1/completions": () =>
        jsonReply(400, { error: { message: "prompt must be a string", type: "api_error" } }),
    }),
    found: null,
  },
  { name: "a server that can only chat", script: server({}), found: null },
  {
    name: "a server known as llama-server without a tokenizer for us",
    form: "llamaServer",
    script: server({ "/completion": () => llamaReply(harmony, "limit") }),
    found: { form: "llamaServer", vocabulary: "o200k" },
  },
]

for (const { name, script, form, found } of rows)
  test(name, async t => {
    const { baseUrl } = await scriptedEndpoint(t, script)
    const { signal } = new AbortController()
    const support = await rawProbe({ baseUrl, key: "k", model: "gpt-oss-20b", signal, ...(form && { form }) })
    assert.deepEqual(support, found)
  })

test("the probe asks for two tokens", async t => {
  const endpoint = await scriptedEndpoint(
    t,
    server({ "/v1/completions": () => vllmReply(harmony, "length") }),
  )
  await rawProbe({
    baseUrl: endpoint.baseUrl,
    key: undefined,
    model: "m",
    signal: new AbortController().signal,
  })
  const { max_tokens, temperature } = Object(endpoint.requests.at(-1)?.body)
  assert.deepEqual([max_tokens, temperature], [2, 0])
})

const undecided: readonly { name: string; reply: Reply; kind: string }[] = [
  { name: "a wrong key", reply: jsonReply(401, { error: { message: "no" } }), kind: "unauthorized" },
  {
    name: "a server that is loading",
    reply: jsonReply(503, { error: { message: "Loading model" } }),
    kind: "serverError",
  },
  {
    name: "too many requests",
    reply: jsonReply(429, { error: { message: "slow down" } }),
    kind: "rateLimited",
  },
]

for (const { name, reply, kind } of undecided)
  test(`${name} decides nothing`, async t => {
    const { baseUrl, requests } = await scriptedEndpoint(t, () => reply)
    const probe = rawProbe({ baseUrl, key: "k", model: "m", signal: new AbortController().signal })
    await assert.rejects(probe, error => error instanceof ModelError && error.kind === kind)
    assert.equal(requests.length, 1)
  })

test("an aborted probe decides nothing", async t => {
  const endpoint = await scriptedEndpoint(
    t,
    server({ "/tokenize": o200kTokenizer("vllm"), "/v1/completions": () => streamReply([{ hang: true }]) }),
  )
  const abort = new AbortController()
  const probe = rawProbe({ baseUrl: endpoint.baseUrl, key: undefined, model: "m", signal: abort.signal })
  await endpoint.arrived(1)
  abort.abort()
  await assert.rejects(probe, error => error instanceof ModelError && error.kind === "timeout")
})
