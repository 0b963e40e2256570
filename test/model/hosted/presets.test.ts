import assert from "node:assert/strict"
import { test } from "node:test"
import { dialectOf } from "../../../src/model/hosted/dialectOf.ts"
import type { EndpointFacts } from "../../../src/model/hosted/endpointFacts.ts"
import { endpointUrl } from "../../../src/model/hosted/endpointUrl.ts"
import { usualPlaces } from "../../../src/model/hosted/localServers.ts"
import { customPreset, type PresetId, presetOf, presets } from "../../../src/model/hosted/presets.ts"

function preset(id: PresetId) {
  return presets.find(each => each.id === id) ?? customPreset
}

for (const [address, id] of [
  ["https://openrouter.ai/api/v1", "openRouter"],
  [" https://OpenRouter.ai/api/v1/chat/completions ", "openRouter"],
  ["https://hub.oxen.ai/api/ai", "oxen"],
  ["https://api.groq.com/openai/v1/", "groq"],
  ["https://api.together.ai/v1", "together"],
  ["https://api.together.xyz/v1", "together"],
  ["https://api.fireworks.ai/inference/v1", "fireworks"],
  ["https://api.cerebras.ai/v1", "cerebras"],
  ["https://api.deepinfra.com/v1/openai", "deepInfra"],
  ["http://localhost:11434/v1", "ollama"],
  ["http://127.0.0.1:1234/v1", "lmStudio"],
  ["http://[::1]:8080/v1", "llamaServer"],
  ["http://127.0.0.1:8000/v1", "vllm"],
  ["http://127.0.0.1:9999/v1", "custom"],
  ["https://vllm.example.com:8000/v1", "custom"],
  ["https://openrouter.ai.example.com/api/v1", "custom"],
  ["nonsense", "custom"],
] as const)
  test(`${address.trim()} is ${id}`, () => assert.equal(presetOf(address).id, id))

test("every preset has an address that Osprey takes, and a page for its key unless it is local", () => {
  for (const { baseUrl, keyPage, local, note, id } of presets) {
    const url = endpointUrl(baseUrl)
    assert.ok(url.ok && url.baseUrl === baseUrl && url.isLoopback === local, id)
    assert.equal(keyPage?.startsWith("https://") ?? false, !local, id)
    assert.match(note, /^[A-Z].+\.$/, id)
  }
  assert.equal(new Set(presets.map(({ id }) => id)).size, presets.length)
})

test("local presets stand where local servers are looked for", () => {
  const ports = presets
    .filter(({ local }) => local)
    .map(({ id, baseUrl }) => [id, Number(new URL(baseUrl).port)])
  assert.deepEqual(
    ports,
    usualPlaces.map(({ id, port }) => [id, port]),
  )
})

const facts: readonly (readonly [string, PresetId, EndpointFacts, object])[] = [
  ["nothing is known", "cerebras", {}, { reasoningField: "reasoning", effort: "reasoning_effort" }],
  ["a field was received", "together", { reasoningField: "reasoning" }, { reasoningField: "reasoning" }],
  [
    "a field was received, but the preset knows better",
    "cerebras",
    { reasoningField: "reasoning_content" },
    { reasoningField: "reasoning" },
  ],
  ["reasoning is refused", "groq", { refusedKeys: ["messages.reasoning"] }, { reasoningField: null }],
  [
    "blocks are refused",
    "openRouter",
    { refusedKeys: ["messages.reasoning_details"] },
    { reasoningField: "reasoning" },
  ],
  [
    "one form of effort is refused",
    "llamaServer",
    { refusedKeys: ["reasoning_effort"] },
    { effort: "chat_template_kwargs" },
  ],
  [
    "both are",
    "llamaServer",
    { refusedKeys: ["reasoning_effort", "chat_template_kwargs"] },
    { effort: null },
  ],
  [
    "OpenRouter's is",
    "openRouter",
    { refusedKeys: ["reasoning"] },
    { effort: "reasoning_effort", reasoningField: "reasoning_details" },
  ],
  ["the only one is", "groq", { refusedKeys: ["reasoning_effort"] }, { effort: null }],
  ["stream_options is refused", "groq", { refusedKeys: ["stream_options"] }, { asksForUsage: false }],
  ["response_format is refused", "groq", { refusedKeys: ["response_format"] }, { structuredOutput: null }],
  ["the session is refused", "cerebras", { refusedKeys: ["prompt_cache_key"] }, { sessionField: null }],
  ["names of results are refused", "vllm", { refusedKeys: ["messages.name"] }, { namesToolResults: false }],
  [
    "words beside calls are refused",
    "vllm",
    { refusedKeys: ["messages.content"] },
    { preambleWithCalls: "leftOut" },
  ],
  ["raw completions were found", "custom", { rawCompletions: "vllm" }, { rawCompletions: "vllm" }],
  ["raw completions don't work", "vllm", { rawCompletions: null }, { rawCompletions: null }],
]

for (const [name, id, learnt, expected] of facts)
  test(`${id}, ${name}: ${JSON.stringify(expected)}`, () => {
    const { dialect } = preset(id)
    assert.deepEqual(dialectOf(preset(id), learnt), { ...dialect, ...expected })
  })
