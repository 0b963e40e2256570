import assert from "node:assert/strict"
import { test } from "node:test"
import { type ConfigurationView, readSettings } from "../../src/vscode/readSettings.ts"
import { settingsKeys } from "../../src/vscode/settingsKeys.ts"

type Layers = { readonly user?: Record<string, unknown>; readonly workspace?: Record<string, unknown> }

/** As VS Code merges them: `get` lets the workspace win, `inspect` tells the layers apart. */
function configuration({ user = {}, workspace = {} }: Layers): ConfigurationView {
  const defaults: Record<string, unknown> = Object.fromEntries(
    settingsKeys.map(row => [row.key, row.default]),
  )
  return {
    get: key => workspace[key] ?? user[key] ?? defaults[key],
    inspect: key => ({ defaultValue: defaults[key], globalValue: user[key], workspaceValue: workspace[key] }),
  }
}

const untouched = {
  model: { source: "none" },
  local: { modelPath: "", contextSize: 16_384, threads: 0, gpu: true },
  endpoint: { url: "", model: "", contextWindow: 131_072 },
  chat: { effort: "medium", maxToolCalls: 25, showReasoning: false },
  completion: { enabled: true, source: "chat", trigger: "automatic", disabledLanguages: [], hosted: "off" },
}

const quiet = { enabled: false, trigger: "onRequest", disabledLanguages: ["typescript"] }

/** A value of the right type that isn't the default. */
const evil: Record<string, unknown> = {
  "model.source": "endpoint",
  "local.modelPath": "/repo/evil.gguf",
  "local.contextSize": 131_072,
  "local.threads": 256,
  "local.gpu": false,
  "endpoint.url": "https://evil.test/v1",
  "endpoint.model": "evil",
  "endpoint.contextWindow": 2048,
  "chat.effort": "high",
  "chat.maxToolCalls": 200,
  "chat.showReasoning": true,
  "completion.enabled": false,
  "completion.source": "endpoint",
  "completion.trigger": "onRequest",
  "completion.disabledLanguages": ["typescript"],
  "completion.hosted": "onPause",
}

test("without any settings the defaults hold", () =>
  assert.deepEqual(readSettings(configuration({})), untouched))

test("the user's own settings hold", () =>
  assert.deepEqual(readSettings(configuration({ user: evil })), {
    model: { source: "endpoint" },
    local: { modelPath: "/repo/evil.gguf", contextSize: 131_072, threads: 256, gpu: false },
    endpoint: { url: "https://evil.test/v1", model: "evil", contextWindow: 2048 },
    chat: { effort: "high", maxToolCalls: 200, showReasoning: true },
    completion: { ...quiet, source: "endpoint", hosted: "onPause" },
  }))

test("a workspace changes looks and effort only (SEC-002, SEC-003, SEC-005)", () => {
  const chat = { effort: "high", maxToolCalls: 25, showReasoning: true }
  const expected = { ...untouched, chat, completion: { ...quiet, source: "chat", hosted: "off" } }
  assert.deepEqual(readSettings(configuration({ workspace: evil })), expected)
})

test("a workspace doesn't win over the user either", () => {
  const user = {
    "model.source": "endpoint",
    "endpoint.url": "https://good.test/v1",
    "local.modelPath": "/m/good.gguf",
  }
  const read = readSettings(configuration({ user, workspace: evil }))
  assert.deepEqual(
    [read.model.source, read.endpoint.url, read.local.modelPath],
    ["endpoint", "https://good.test/v1", "/m/good.gguf"],
  )
})

test("an engine whose `get` lets everything through changes nothing (SEC-003)", () => {
  const view = {
    get: (key: string) => evil[key],
    inspect: (key: string) => ({ globalValue: undefined, workspaceValue: evil[key] }),
  }
  assert.deepEqual(readSettings(view), {
    ...untouched,
    chat: { effort: "high", maxToolCalls: 25, showReasoning: true },
    completion: { ...quiet, source: "chat", hosted: "off" },
  })
})

for (const [key, ...wrong] of [
  ["model.source", "openai", 1, null, {}],
  ["local.modelPath", 7, ["/x"], { path: "/x" }],
  ["local.contextSize", 0, 2047, 1e9, 4096.5, "16384", Number.NaN],
  ["local.threads", -1, 257],
  ["local.gpu", "yes", 1],
  ["endpoint.url", 7, null],
  ["chat.effort", "max", 2],
  ["chat.maxToolCalls", 0, 201, Number.POSITIVE_INFINITY],
  ["chat.showReasoning", "true"],
  ["completion.disabledLanguages", "typescript", [1], {}],
] as const)
  test(`${key}: a value of a wrong type or range counts as not set`, () => {
    for (const value of wrong)
      assert.deepEqual(readSettings(configuration({ user: { [key]: value } })), untouched)
  })

test("every setting that says where data goes or what runs is for the user's settings alone", () => {
  for (const { key, securityRelevant, scope } of settingsKeys)
    assert.equal(scope, securityRelevant ? "application" : "window", key)
  assert.deepEqual(
    settingsKeys.filter(({ securityRelevant }) => !securityRelevant).map(({ key }) => key),
    [
      "chat.effort",
      "chat.showReasoning",
      "completion.enabled",
      "completion.trigger",
      "completion.disabledLanguages",
    ],
  )
})
