// Which way a request goes at one endpoint: Chat Completions, or token ids once the server was seen to take them.
import assert from "node:assert/strict"
import { type TestContext, test } from "node:test"
import { endpointMemory } from "../../../src/model/hosted/endpointFacts.ts"
import { type EndpointModelOptions, endpointModel } from "../../../src/model/hosted/endpointModel.ts"
import { presets } from "../../../src/model/hosted/presets.ts"
import { collect, heldClock, testKey } from "../../support/hostedTest.ts"
import {
  delta,
  eventReply,
  finished,
  jsonReply,
  type Reply,
  type ScriptedRequest,
  scriptedEndpoint,
} from "../../support/scriptedEndpoint.ts"
import { ids, vllmReply } from "./raw/rawServer.ts"

test("a server that takes token ids is found out once, and ghost text goes over them", async t => {
  const { model, paths } = await at(t, vllm)
  assert.equal(model.continueText, undefined, "not known yet: ghost text takes the way of any chat endpoint")
  while (model.continueText === undefined) await new Promise(setImmediate)
  const asked = paths().length
  assert.equal((await collect(model)).text, "by chat")
  assert.ok(model.continueText)
  assert.deepEqual(paths().slice(asked), ["/v1/chat/completions"], "it isn't asked again")
})

test("a chat goes over raw Harmony when the user wants it and the server can", async t => {
  const { model, paths } = await at(t, vllm, { rawChat: true })
  assert.equal((await collect(model)).text, "by ids")
  assert.ok(!paths().includes("/v1/chat/completions"))
})

test("a server that takes only text gets no raw mode, and the chat works", async t => {
  const { model, memory, baseUrl } = await at(t, textOnly, { rawChat: true })
  assert.equal((await collect(model)).text, "by chat")
  assert.equal(memory.get(baseUrl, "openai/gpt-oss-20b").rawCompletions, null)
  assert.equal(model.continueText, undefined)
})

test("a remote service that has no such thing is never asked for it", async t => {
  const groq = presets.find(({ id }) => id === "groq")
  assert.ok(groq)
  const { model, paths } = await at(t, vllm, { preset: groq, rawChat: true })
  assert.equal(model.continueText, undefined)
  assert.equal((await collect(model)).text, "by chat")
  assert.deepEqual(paths(), ["/v1/chat/completions"])
})

test("the window is the user's, else what the server said, else gpt-oss's", async t => {
  const { model, memory, baseUrl } = await at(t, textOnly)
  assert.equal(model.description.contextWindow, 131_072)
  memory.learn(baseUrl, "openai/gpt-oss-20b", { contextWindow: 8192 })
  assert.deepEqual([model.description.contextWindow, model.description.outputLimit], [8192, 2048])
  const set = endpointModel({ ...optionsFor(baseUrl), memory, contextWindow: 4096 })
  assert.equal(set.description.contextWindow, 4096)
})

async function at(
  t: TestContext,
  script: (request: ScriptedRequest) => Reply,
  more: Partial<EndpointModelOptions> = {},
) {
  const endpoint = await scriptedEndpoint(t, script)
  const options = { ...optionsFor(endpoint.baseUrl), ...more }
  const paths = () => endpoint.requests.map(({ path }) => path)
  return { model: endpointModel(options), memory: options.memory, baseUrl: endpoint.baseUrl, paths }
}

function optionsFor(baseUrl: string): EndpointModelOptions {
  const preset = presets.find(({ id }) => id === "vllm")
  assert.ok(preset)
  return {
    ...{
      baseUrl,
      preset,
      model: "openai/gpt-oss-20b",
      label: "gpt-oss-20b",
      contextWindow: 0,
      rawChat: false,
    },
    apiKey: async () => testKey,
    countTokens: async () => 10,
    memory: endpointMemory(),
    clock: heldClock(),
  }
}

const chatAnswer = eventReply(delta({ content: "by chat" }), finished())

function vllm({ path, body }: ScriptedRequest): Reply {
  const { prompt, max_tokens } = Object(body)
  if (path === "/tokenize") return jsonReply(200, { tokens: ids(prompt), count: 1, max_model_len: 4096 })
  if (path === "/v1/chat/completions") return chatAnswer
  // The probe asks for the first tokens only.
  return max_tokens < 10
    ? vllmReply("<|channel|>analysis", "length")
    : vllmReply("<|channel|>final<|message|>by ids<|return|>")
}

function textOnly({ path }: ScriptedRequest): Reply {
  return path === "/v1/chat/completions" ? chatAnswer : jsonReply(404, { error: { message: "Not Found" } })
}
