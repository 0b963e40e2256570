// Lists of models as each server writes them → one form. Servers are real ones on 127.0.0.1 that answer by path.
import assert from "node:assert/strict"
import { test } from "node:test"
import { listedModels } from "../../../src/model/hosted/listedModels.ts"
import { endpointModels } from "../../../src/model/hosted/modelList.ts"
import { jsonReply, type ScriptedRequest, scriptedEndpoint } from "../../support/scriptedEndpoint.ts"

type Context = Parameters<typeof scriptedEndpoint>[0]

const signal = new AbortController().signal

for (const [server, entry, expected] of [
  [
    "OpenRouter",
    {
      id: "openai/gpt-oss-120b",
      name: "OpenAI: gpt-oss-120b",
      context_length: 131_072,
      pricing: { prompt: "0.00000004", completion: "0.00000019", request: "0" },
      top_provider: { context_length: 131_072, max_completion_tokens: 32_768 },
      supported_parameters: ["tools", "reasoning", "structured_outputs"],
    },
    {
      id: "openai/gpt-oss-120b",
      name: "OpenAI: gpt-oss-120b",
      contextWindow: 131_072,
      outputLimit: 32_768,
      price: { input: 0.04, output: 0.19 },
      supportsTools: true,
      supportsStructuredOutput: true,
    },
  ],
  [
    "OpenRouter's free model",
    { id: "openai/gpt-oss-20b:free", pricing: { prompt: "0", completion: "0" }, supported_parameters: [] },
    {
      id: "openai/gpt-oss-20b:free",
      price: { input: 0, output: 0 },
      supportsTools: false,
      supportsStructuredOutput: false,
    },
  ],
  [
    "OpenRouter's own router, whose price isn't known",
    { id: "openrouter/auto", pricing: { prompt: "-1", completion: "-1" } },
    { id: "openrouter/auto" },
  ],
  [
    "Oxen",
    {
      id: "openai-gpt-oss-120b",
      display_name: "GPT OSS 120B",
      capabilities: { input: ["text"], output: ["text"] },
      pricing: { method: "token", input_cost_per_token: 1.5e-7, output_cost_per_token: "6e-7" },
    },
    { id: "openai-gpt-oss-120b", name: "GPT OSS 120B", price: { input: 0.15, output: 0.6 } },
  ],
  [
    "Groq",
    { id: "openai/gpt-oss-20b", owned_by: "OpenAI", context_window: 131_072, max_completion_tokens: 65_536 },
    { id: "openai/gpt-oss-20b", contextWindow: 131_072, outputLimit: 65_536 },
  ],
  [
    "DeepInfra",
    {
      id: "openai/gpt-oss-120b",
      metadata: {
        context_length: 131_072,
        max_tokens: 65_536,
        pricing: { input_tokens: 0.05, output_tokens: 0.45 },
      },
    },
    {
      id: "openai/gpt-oss-120b",
      contextWindow: 131_072,
      outputLimit: 65_536,
      price: { input: 0.05, output: 0.45 },
    },
  ],
  [
    "vLLM",
    { id: "openai/gpt-oss-20b", owned_by: "vllm", max_model_len: 65_536 },
    { id: "openai/gpt-oss-20b", contextWindow: 65_536 },
  ],
  [
    "nonsense in every field",
    { id: "m", context_length: -1, max_model_len: "x", pricing: 3, name: "a\nb" },
    { id: "m" },
  ],
] as const)
  test(`${server}: what the list says of a model`, () =>
    assert.deepEqual(listedModels({ object: "list", data: [entry] }), [expected]))

test("Together: a list without an envelope; hosts by the hour have no price, images no chat", () =>
  assert.deepEqual(
    listedModels([
      { id: "x/dedicated", type: "chat", pricing: { hourly: 1.5, input: 0, output: 0 } },
      { id: "x/flux", type: "image", pricing: { hourly: 0, input: 0, output: 0 } },
      {
        id: "openai/gpt-oss-20b",
        type: "chat",
        context_length: 131_072,
        pricing: { hourly: 0, input: 0.05, output: 0.2 },
      },
    ]),
    [
      { id: "openai/gpt-oss-20b", contextWindow: 131_072, price: { input: 0.05, output: 0.2 } },
      { id: "x/dedicated" },
    ],
  ))

test("gpt-oss comes first, what isn't a name not at all, and each id once", () => {
  const ids = [
    "qwen3",
    "gpt-oss-safeguard-20b",
    "gpt-oss:20b",
    "gpt\u202eoss",
    "",
    null,
    "gpt-oss:20b",
    "openai/gpt-oss-120b",
  ]
  assert.deepEqual(
    listedModels({ data: ids.map(id => ({ id })) })?.map(({ id }) => id),
    ["gpt-oss:20b", "openai/gpt-oss-120b", "qwen3", "gpt-oss-safeguard-20b"],
  )
})

test("a list of any length ends", () => {
  const data = Array.from({ length: 5000 }, (_, at) => ({ id: `m${at}` }))
  assert.equal(listedModels({ data })?.length, 2000)
})

for (const body of [{}, "gpt-oss", null, { data: "gpt-oss" }, { data: null }])
  test(`${JSON.stringify(body)} is no list`, () => assert.equal(listedModels(body), undefined))

test("Ollama without models has an empty list", () =>
  assert.deepEqual(listedModels({ object: "list", data: null }), []))

/** Answers by path, 404 else. */
async function models(t: Context, answers: Readonly<Record<string, unknown>>) {
  const script = ({ path }: ScriptedRequest) =>
    path in answers ? jsonReply(200, answers[path]) : jsonReply(404, { error: "not found" })
  const server = await scriptedEndpoint(t, script)
  const found = await endpointModels({ baseUrl: server.baseUrl, key: "sk-local", signal })
  return { models: found.ok ? found.models : found.error.kind, server }
}

test("llama-server: the window of its slot, not the model's", async t => {
  const { models: found } = await models(t, {
    "/v1/models": { data: [{ id: "gpt-oss-20b", owned_by: "llamacpp", meta: { n_ctx_train: 131_072 } }] },
    "/props": { default_generation_settings: { n_ctx: 16_384 }, total_slots: 1 },
  })
  assert.deepEqual(found, [{ id: "gpt-oss-20b", contextWindow: 16_384 }])
})

test("llama-server with closed /props: only the model's limit is known", async t => {
  const { models: found } = await models(t, {
    "/v1/models": { data: [{ id: "gpt-oss-20b", owned_by: "llamacpp", meta: { n_ctx_train: 131_072 } }] },
  })
  assert.deepEqual(found, [{ id: "gpt-oss-20b", contextLimit: 131_072 }])
})

test("Ollama: the window of a loaded model, else num_ctx, else only the model's limit", async t => {
  const data = ["gpt-oss:20b", "gpt-oss:120b"].map(id => ({ id, owned_by: "library" }))
  const show = {
    parameters: "temperature 1\nnum_ctx 32768",
    model_info: { "general.architecture": "gptoss", "gptoss.context_length": 131_072 },
    capabilities: ["completion", "tools", "thinking"],
  }
  const { models: loaded, server } = await models(t, {
    "/v1/models": { data },
    "/api/ps": { models: [{ name: "gpt-oss:20b", context_length: 8192 }] },
    "/api/show": show,
  })
  assert.deepEqual(loaded, [
    { id: "gpt-oss:20b", contextWindow: 8192, supportsTools: true },
    { id: "gpt-oss:120b", contextWindow: 32_768, supportsTools: true },
  ])
  assert.deepEqual(
    server.requests.filter(({ path }) => path === "/api/show").map(({ body }) => body),
    [{ model: "gpt-oss:20b" }, { model: "gpt-oss:120b" }],
  )
  const { models: resting } = await models(t, {
    "/v1/models": { data: data.slice(0, 1) },
    "/api/show": { ...show, parameters: "temperature 1" },
  })
  assert.deepEqual(resting, [{ id: "gpt-oss:20b", contextLimit: 131_072, supportsTools: true }])
})

const lmStudioList = {
  data: ["openai/gpt-oss-20b", "nomic-embed"].map(id => ({ id, owned_by: "organization_owner" })),
}

test("LM Studio: the loaded window, and no embedding models", async t => {
  const { models: found } = await models(t, {
    "/v1/models": lmStudioList,
    "/api/v0/models": {
      data: [
        {
          id: "openai/gpt-oss-20b",
          type: "llm",
          state: "loaded",
          max_context_length: 131_072,
          loaded_context_length: 4096,
          capabilities: ["tool_use"],
        },
        { id: "nomic-embed", type: "embeddings", max_context_length: 2048 },
      ],
    },
  })
  assert.deepEqual(found, [{ id: "openai/gpt-oss-20b", contextWindow: 4096, supportsTools: true }])
})

test("LM Studio that only has its newer list", async t => {
  const instance = { id: "a", config: { context_length: 8192 } }
  const { models: found } = await models(t, {
    "/v1/models": lmStudioList,
    "/api/v1/models": {
      models: [
        { key: "openai/gpt-oss-20b", type: "llm", loaded_instances: [instance], max_context_length: 131_072 },
        { key: "nomic-embed", type: "embedding", loaded_instances: [], max_context_length: 2048 },
      ],
    },
  })
  assert.deepEqual(found, [{ id: "openai/gpt-oss-20b", contextWindow: 8192 }])
})

test("a list with windows asks nothing else", async t => {
  const { server } = await models(t, { "/v1/models": { data: [{ id: "m", max_model_len: 4096 }] } })
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ["/v1/models"],
  )
})

test("an unknown server on this computer is asked in every way, and its silence is no fault", async t => {
  const { models: found, server } = await models(t, { "/v1/models": { data: [{ id: "gpt-oss-20b" }] } })
  assert.deepEqual(found, [{ id: "gpt-oss-20b" }])
  assert.deepEqual(server.requests.map(({ path }) => path).sort(), [
    "/api/ps",
    "/api/show",
    "/api/v0/models",
    "/api/v1/models",
    "/props",
    "/v1/models",
  ])
})

test("JSON that is no list is told as such", async t => {
  assert.equal((await models(t, { "/v1/models": { hello: 1 } })).models, "badResponse")
  assert.equal((await models(t, {})).models, "modelNotFound")
})
