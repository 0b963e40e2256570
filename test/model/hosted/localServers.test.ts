// Looking for model servers, against real ones on 127.0.0.1: what is found, what is left out, and what is asked.
import assert from "node:assert/strict"
import { test } from "node:test"
import { localServers, usualPlaces } from "../../../src/model/hosted/localServers.ts"
import { jsonReply, type Reply, scriptedEndpoint } from "../../support/scriptedEndpoint.ts"

type Context = Parameters<typeof scriptedEndpoint>[0]

async function askedOf(t: Context, reply: Reply, patienceMs = 5000) {
  const server = await scriptedEndpoint(t, () => reply)
  const port = Number(new URL(server.origin).port)
  const found = await localServers([{ id: "ollama", name: "Ollama", port }], patienceMs)
  return { found, port, requests: server.requests, server }
}

function models(...ids: readonly unknown[]): Reply {
  return jsonReply(200, { object: "list", data: ids.map(id => ({ id, object: "model" })) })
}

test("the usual places", () =>
  assert.deepEqual(
    usualPlaces.map(({ name, port }) => `${name} ${port}`),
    ["Ollama 11434", "LM Studio 1234", "llama-server 8080", "vLLM 8000"],
  ))

test("a server with gpt-oss is found with its names, and asked once, without a key", async t => {
  const reply = models("llama3.2:3b", "gpt-oss:20b", "openai/gpt-oss-120b", "GPT_OSS-20b.gguf")
  const { found, port, requests } = await askedOf(t, reply)
  assert.deepEqual(found, [
    {
      id: "ollama",
      name: "Ollama",
      place: `localhost:${port}`,
      baseUrl: `http://127.0.0.1:${port}/v1`,
      models: ["gpt-oss:20b", "openai/gpt-oss-120b", "GPT_OSS-20b.gguf"],
    },
  ])
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    ["GET /v1/models"],
  )
  assert.equal(requests[0]?.headers.authorization, undefined)
  assert.equal(requests[0]?.headers.cookie, undefined)
})

for (const [name, reply, reason] of [
  ["other models", models("qwen3", "gpt-4o"), "runs, but has no gpt-oss model"],
  ["the safeguard model only", models("gpt-oss-safeguard-20b"), "runs, but has no gpt-oss model"],
  ["no models", models(), "runs, but has no model yet"],
  ["Ollama's way to say none", jsonReply(200, { object: "list", data: null }), "runs, but has no model yet"],
  ["a wish for a key", jsonReply(401, {}), "a server that asks for a key; connect it as an endpoint"],
] as const)
  test(`a server with ${name} is shown with the reason`, async t => {
    const { found } = await askedOf(t, reply)
    assert.deepEqual([found[0]?.models, found[0]?.reason], [[], reason])
  })

const page = { headers: { "content-type": "text/html" }, body: ["<h1>gpt-oss</h1>"] }
const redirect = { status: 302, headers: { location: "http://127.0.0.1:9/v1/models" }, body: [] }

for (const [name, reply] of [
  ["a web page", page],
  ["JSON of another kind", jsonReply(200, { data: "gpt-oss" })],
  ["a list", jsonReply(200, [{ id: "gpt-oss" }])],
  ["an error", jsonReply(500, { data: [{ id: "gpt-oss" }] })],
  ["a missing page", jsonReply(404, { error: "not found" })],
  ["a redirect", redirect],
  ["an endless answer", { body: ['{"data":[', ...Array.from({ length: 40 }, () => " ".repeat(65_536))] }],
] as const)
  test(`${name} is no model server`, async t => {
    const { found, requests } = await askedOf(t, reply)
    assert.deepEqual(found, [])
    assert.equal(requests.length, 1)
  })

test("names that aren't names are left out", async t => {
  const { found } = await askedOf(
    t,
    models("gpt-oss\u202egnp", "gpt-oss\n20b", `gpt-oss${"x".repeat(200)}`, 7, null),
  )
  assert.deepEqual(found[0]?.models, [])
})

test("a server that keeps silent is given up, and its connection closed", async t => {
  const { found, server } = await askedOf(t, { body: ['{"data":[', { hang: true }] }, 100)
  assert.deepEqual(found, [])
  await server.hungUp(0)
})

test("nobody there is nobody found; one failure hides no other server", async t => {
  const live = await scriptedEndpoint(t, () => models("gpt-oss-20b"))
  const gone = await scriptedEndpoint(t, () => models())
  await gone.stop()
  const portOf = (origin: string) => Number(new URL(origin).port)
  const found = await localServers([
    { id: "lmStudio", name: "LM Studio", port: portOf(gone.origin) },
    { id: "vllm", name: "vLLM", port: portOf(live.origin) },
  ])
  assert.deepEqual(
    found.map(({ name }) => name),
    ["vLLM"],
  )
})
