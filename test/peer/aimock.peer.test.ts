// The product's hosted model against aimock, a mock of OpenAI's and OpenRouter's APIs that no one here wrote and whose
// authors compare it with the real ones: what it takes, how its chunks are cut, what it reports, how it fails.
import assert from "node:assert/strict"
import { after, test } from "node:test"
import { endpointModels } from "../../src/model/hosted/modelList.ts"
import { openRouterAccount } from "../../src/model/hosted/openRouter/openRouterAccount.ts"
import { openRouterExtra } from "../../src/model/hosted/openRouter/openRouterExtra.ts"
import { presets } from "../../src/model/hosted/presets.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { collect, conversation, testModel, user } from "../support/hostedTest.ts"
import { startAimock } from "./aimock.ts"

const readA = { name: "read_file", arguments: { path: "a.ts" } }
const usage = {
  prompt_tokens: 100,
  completion_tokens: 20,
  cost: 0.0012,
  prompt_tokens_details: { cached_tokens: 64 },
  completion_tokens_details: { reasoning_tokens: 6 },
}

const peer = await startAimock([
  {
    match: { userMessage: "closure" },
    response: {
      content: "A function 💖 with its scope.",
      reasoning: "A general question.",
      usage,
      provider: "Groq",
    },
  },
  {
    match: { userMessage: "Read a", hasToolResult: false },
    response: {
      content: "Let me look.",
      reasoning: "I read it.",
      toolCalls: [readA, { name: "list_problems", arguments: {} }],
    },
  },
  { match: { userMessage: "Read a", hasToolResult: true }, response: { content: "It holds a." } },
  { match: { userMessage: "endless" }, response: { content: "On and", finishReason: "length" } },
  ...[400, 401, 402, 403, 404, 429, 500, 502, 503].map(status => ({
    match: { userMessage: `fail ${status}` },
    response: { error: { message: `It failed with ${status}.`, type: typeOf(status) }, status },
  })),
  {
    match: { userMessage: "does not fit" },
    response: {
      error: {
        message:
          "This endpoint's maximum context length is 131072 tokens. However, you requested about 200000 tokens.",
        code: "context_length_exceeded",
      },
      status: 400,
    },
  },
])
after(() => peer.stop())

/** OpenAI's own. */
function typeOf(status: number): string {
  if (status === 429) return "rate_limit_error"
  return status < 500 ? "invalid_request_error" : "server_error"
}

const openRouterPreset = presets.find(preset => preset.id === "openRouter") ?? assert.fail("no preset")
const openAi = (): LanguageModel => testModel(`${peer.root}/v1`)
const openRouter = (): LanguageModel =>
  testModel(`${peer.root}/api/v1`, {
    preset: openRouterPreset,
    extra: openRouterExtra({
      routing: "nitro",
      order: [],
      only: [],
      ignore: ["bad"],
      allowFallbacks: true,
      maxInputPrice: 0,
      maxOutputPrice: 1,
      dataCollection: "deny",
      zeroRetention: false,
    }),
  })

for (const [name, model] of [
  ["OpenAI's API", openAi()],
  ["OpenRouter's API", openRouter()],
] as const) {
  test(`${name}: reasoning, answer and figures`, async () => {
    const turn = await collect(model, conversation(user("What is a closure?")))
    assert.equal(turn.error, undefined)
    assert.equal(turn.reasoning, "A general question.")
    assert.equal(turn.text, "A function 💖 with its scope.")
    assert.equal(turn.finish?.reason, "stop")
    const seen = turn.events.find(event => event.type === "usage")?.usage
    assert.deepEqual([seen?.promptTokens, seen?.generatedTokens, seen?.isEstimate], [100, 20, undefined])
  })

  test(`${name}: words and two calls in one answer, and their results go back`, async () => {
    const first = await collect(model, conversation(user("Read a, please")))
    assert.deepEqual(first.calls, [
      { name: "read_file", arguments: { path: "a.ts" }, problems: [] },
      { name: "list_problems", arguments: {}, problems: [] },
    ])
    assert.equal(first.finish?.reason, "calls")
    const results = ["read_file", "list_problems"].map(
      tool =>
        ({
          role: "tool",
          name: `functions.${tool}`,
          recipient: "assistant",
          channel: "commentary",
          content: `result of ${tool}`,
        }) as const,
    )
    const history = [user("Read a, please"), ...(first.finish?.messages ?? []), ...results]
    const second = await collect(model, conversation(...history))
    assert.deepEqual([second.text, second.finish?.reason], ["It holds a.", "stop"])
  })

  test(`${name}: an answer at the limit`, async () => {
    const turn = await collect(model, conversation(user("endless")))
    assert.deepEqual([turn.text, turn.finish?.reason], ["On and", "length"])
  })

  for (const [status, kind] of [
    [400, "badRequest"],
    [401, "unauthorized"],
    [402, "paymentRequired"],
    [403, "unauthorized"],
    [404, "modelNotFound"],
    [429, "rateLimited"],
    [500, "serverError"],
    [502, "serverError"],
    [503, "serverError"],
  ] as const)
    test(`${name}: ${status} is ${kind}, with what the server said`, async () => {
      const { error } = await collect(model, conversation(user(`fail ${status}`)))
      assert.equal(error?.kind, kind)
      assert.match(error?.detail.said ?? "", new RegExp(`It failed with ${status}`))
    })

  test(`${name}: a conversation that is too long is full`, async () => {
    assert.equal((await collect(model, conversation(user("This does not fit")))).error?.kind, "contextFull")
  })
}

test("OpenRouter's figures: cost, provider, cached and reasoning tokens", async () => {
  const turn = await collect(openRouter(), conversation(user("What is a closure?")))
  const seen = turn.events.find(event => event.type === "usage")?.usage
  assert.deepEqual(
    [seen?.cost, seen?.provider, seen?.reusedTokens, seen?.reasoningTokens],
    [0.0012, "Groq", 64, 6],
  )
})

test("OpenRouter gets the user's routing wishes, and every parameter is required with tools", async () => {
  await collect(openRouter(), conversation(user("What is a closure?")))
  const body = JSON.stringify((await peer.sent()).at(-1))
  assert.match(body, /"sort":"throughput"/)
  assert.match(body, /"require_parameters":true/)
  assert.match(body, /"data_collection":"deny"/)
  assert.match(body, /"max_price":\{"completion":1\}/)
})

test("model lists and the key's account are read", async () => {
  const { signal } = new AbortController()
  for (const base of ["/v1", "/api/v1"]) {
    const list = await endpointModels({ baseUrl: `${peer.root}${base}`, key: "k", signal })
    assert.ok(list.ok && list.models.length > 2, JSON.stringify(list))
  }
  const answer = await openRouterAccount({ baseUrl: `${peer.root}/api/v1`, key: "k", signal })
  assert.deepEqual(answer, { ok: true, account: { usage: 0, isFreeTier: false } })
})

for (const [fault, kinds] of [
  ["--chaos-disconnect", ["unreachable", "streamCut"]],
  ["--chaos-malformed", ["badResponse"]],
  ["--chaos-drop", ["serverError"]],
  ["--chaos-ratelimit", ["rateLimited"]],
] as const)
  test(`chaos: ${fault.slice("--chaos-".length)} is ${kinds.join(" or ")}`, async () => {
    const chaos = await startAimock([{ match: {}, response: { content: "Never seen." } }], [fault, "1"])
    const { error, text } = await collect(testModel(`${chaos.root}/v1`))
    await chaos.stop()
    assert.ok(
      error !== undefined && kinds.some(kind => kind === error.kind),
      `${error?.kind} ${error?.detail.said}`,
    )
    assert.equal(text, "")
  })
