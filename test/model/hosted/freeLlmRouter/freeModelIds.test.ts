// The list of free models against a service that answers, fails, refuses and is gone; time is held.
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  type FreeModelIdsOptions,
  freeModelIds,
  type KeptFreeList,
} from "../../../../src/model/hosted/freeLlmRouter/freeModelIds.ts"
import { jsonReply, type Reply, scriptedEndpoint } from "../../../support/scriptedEndpoint.ts"

type Context = Parameters<typeof scriptedEndpoint>[0]

const never = new AbortController().signal
const minute = 60_000
const usual = ["openai/gpt-oss-120b:free", "openai/gpt-oss-20b:free"]
const ranked = ["z/glm:free", "openai/gpt-oss-20b:free", "openai/gpt-oss-safeguard-20b:free"]

/** A list of free models at a service that plays these replies; the last is played again. */
async function service(t: Context, replies: readonly Reply[], more: Partial<FreeModelIdsOptions> = {}) {
  const server = await scriptedEndpoint(
    t,
    ({ index }) => replies[index] ?? replies.at(-1) ?? jsonReply(500, {}),
  )
  const time = { now: Date.UTC(2026, 9, 1) }
  const kept: KeptFreeList[] = []
  const asked: string[] = []
  const options: FreeModelIdsOptions = {
    apiKey: async origin => {
      asked.push(origin)
      return "fma_CANARY"
    },
    models: "gptOss",
    memory: { get: () => kept.at(-1), set: list => void kept.push(list) },
    now: () => time.now,
    baseUrl: server.baseUrl,
    ...more,
  }
  return { list: freeModelIds(options), again: () => freeModelIds(options), server, time, kept, asked }
}

function ranking(ids: readonly string[] = ranked, remaining = 187): Reply {
  const reset = String(Date.UTC(2026, 9, 2) / 1000)
  const headers = {
    "x-ratelimit-limit": "200",
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": reset,
  }
  return jsonReply(200, { ids, count: ids.length, requestId: "r1" }, headers)
}

test("asked once with the router's key, then not for 15 minutes, by however many at once", async t => {
  const { list, server, time, asked } = await service(t, [
    ranking(),
    ranking(["openai/gpt-oss-120b:free"], 186),
  ])
  const both = await Promise.all([list.ids(never), list.ids(never)])
  time.now += 14 * minute
  assert.deepEqual(
    [...both, await list.ids(never)],
    Array(3).fill([...usual].reverse().concat("openrouter/free")),
  )
  assert.deepEqual(
    server.requests.map(({ method, path, headers }) => [method, path, headers.authorization]),
    [["GET", "/v1/models/ids?useCase=tools&topN=100", "Bearer fma_CANARY"]],
  )
  assert.deepEqual(asked, [server.origin])
  assert.deepEqual(list.lines(), ["Free LLM Router: 187 of 200 requests left today"])
  time.now += minute
  assert.deepEqual(await list.ids(never), [...usual, "openrouter/free"])
  assert.deepEqual(list.lines(), ["Free LLM Router: 186 of 200 requests left today"])
})

test('"any" takes all, in the order of the list', async t => {
  const { list } = await service(t, [ranking()], { models: "any" })
  assert.deepEqual(await list.ids(never), [...ranked, "openrouter/free"])
})

test("what isn't an id is left out", async t => {
  const { list } = await service(
    t,
    [jsonReply(200, { ids: ["a/b:free", 7, null, "x\u202ey", "", "a/b:free"] })],
    {
      models: "any",
    },
  )
  assert.deepEqual(await list.ids(never), ["a/b:free", "openrouter/free"])
})

test("down: the last list goes on, over a restart too, and the service is left alone for a minute", async t => {
  const { list, again, server, time, kept } = await service(
    t,
    [ranking(), jsonReply(500, { error: "broken" }), ranking()],
    {
      models: "any",
    },
  )
  await list.ids(never)
  time.now += 180 * minute
  const restarted = again()
  assert.deepEqual(await restarted.ids(never), [...ranked, "openrouter/free"])
  assert.deepEqual(restarted.lines(), ["Free LLM Router doesn't answer; using the list of 3 hours ago"])
  await restarted.ids(never)
  assert.equal(server.requests.length, 2)
  time.now += 2 * minute
  await restarted.ids(never)
  assert.equal(server.requests.length, 3)
  assert.deepEqual(restarted.lines(), ["Free LLM Router: 187 of 200 requests left today"])
  assert.equal(kept.length, 2)
})

test("gone from the first day: gpt-oss by its usual names, then OpenRouter's own choice", async t => {
  const { list, server } = await service(t, [])
  await server.stop()
  assert.deepEqual(await list.ids(never), [...usual, "openrouter/free"])
  assert.deepEqual(list.lines(), ["Free LLM Router doesn't answer; asking OpenRouter's free models directly"])
})

for (const [name, reply, line] of [
  ["a refused key", jsonReply(401, { error: "Invalid API key" }), "Free LLM Router refused its key"],
  [
    "a used-up day",
    jsonReply(429, { error: "Rate limit exceeded" }, { "retry-after": "1800" }),
    "Free LLM Router's requests of today are used up",
  ],
  ["a web page", { body: ["<html>"] }, "Free LLM Router doesn't answer"],
] as const)
  test(`${name} is told`, async t => {
    const { list } = await service(t, [reply])
    await list.ids(never)
    assert.deepEqual(list.lines(), [`${line}; asking OpenRouter's free models directly`])
  })

test("a used-up day isn't asked again before the time the service named", async t => {
  const { list, server, time } = await service(t, [jsonReply(429, {}, { "retry-after": "1800" })])
  await list.ids(never)
  time.now += 29 * minute
  await list.ids(never)
  assert.equal(server.requests.length, 1)
  time.now += 2 * minute
  await list.ids(never)
  assert.equal(server.requests.length, 2)
})

test("without a key nothing is asked; with a new one at once", async t => {
  let key: string | undefined
  const { list, server } = await service(t, [ranking()], { apiKey: async () => key })
  assert.deepEqual(await list.ids(never), [...usual, "openrouter/free"])
  assert.deepEqual(list.lines(), [
    "No key for Free LLM Router is set; asking OpenRouter's free models directly",
  ])
  assert.equal(server.requests.length, 0)
  key = "fma_new"
  await list.ids(never)
  assert.equal(server.requests[0]?.headers.authorization, "Bearer fma_new")
})

test("a kept list that isn't one is no list", async t => {
  const { server } = await service(t, [])
  await server.stop()
  for (const kept of [null, "x", { ids: "x", at: 1 }, { ids: [1], at: 1 }, { ids: ["a"], at: "soon" }]) {
    const memory = { get: () => kept, set: () => {} }
    const list = freeModelIds({ apiKey: async () => "k", models: "any", memory, baseUrl: server.baseUrl })
    assert.deepEqual(await list.ids(never), ["openrouter/free"])
  }
})

test("an abort doesn't wait for the service, and the answer still counts", async t => {
  const release = Promise.withResolvers<void>()
  const [head = ""] = ranking().body.filter(step => typeof step === "string")
  const { list, server } = await service(t, [{ body: [{ until: release.promise }, head] }], { models: "any" })
  const stop = new AbortController()
  const asked = list.ids(stop.signal)
  await server.arrived(0)
  stop.abort()
  assert.deepEqual(await asked, ["openrouter/free"])
  const next = list.ids(never)
  release.resolve()
  assert.deepEqual(await next, [...ranked, "openrouter/free"])
  assert.equal(server.requests.length, 1)
})
