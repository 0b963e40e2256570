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
  local: { contextSize: 16_384, threads: 0, idleMinutes: 30, gpu: "auto", gpuLayers: -1, onBattery: "save" },
  download: { mirror: "" },
  endpoint: { contextWindow: 0, rawChat: false },
  openRouter: {
    routing: "balanced",
    order: [],
    only: [],
    ignore: [],
    allowFallbacks: true,
    maxInputPrice: 0,
    maxOutputPrice: 0,
    dataCollection: "allow",
    zeroRetention: false,
  },
  freeLlmRouter: { report: false },
  chat: { model: "", fallbacks: [], effort: "medium", maxToolCalls: 25, showReasoning: false },
  completion: {
    enabled: true,
    model: "chat",
    fallbacks: [],
    trigger: "automatic",
    disabledLanguages: [],
    hosted: "off",
  },
}

const quiet = { enabled: false, trigger: "onRequest", disabledLanguages: ["typescript"] }

/** A value of the right type that isn't the default. */
const evil: Record<string, unknown> = {
  "chat.model": "https://evil.test/v1 evil",
  "chat.fallbacks": ["https://evil.test/v1 evil"],
  "local.contextSize": 131_072,
  "local.threads": 256,
  "local.idleMinutes": 0,
  "local.gpu": "cuda",
  "local.gpuLayers": 0,
  "local.onBattery": "full",
  "download.mirror": "https://evil.test",
  "endpoint.contextWindow": 2048,
  "endpoint.rawChat": true,
  "openRouter.routing": "floor",
  "openRouter.order": ["evil"],
  "openRouter.only": ["evil"],
  "openRouter.ignore": ["good"],
  "openRouter.allowFallbacks": false,
  "openRouter.maxInputPrice": 0.5,
  "openRouter.maxOutputPrice": 1000,
  "openRouter.dataCollection": "deny",
  "openRouter.zeroRetention": true,
  "freeLlmRouter.report": true,
  "chat.effort": "high",
  "chat.maxToolCalls": 200,
  "chat.showReasoning": true,
  "completion.enabled": false,
  "completion.model": "/repo/evil.gguf",
  "completion.fallbacks": ["/repo/evil.gguf"],
  "completion.trigger": "onRequest",
  "completion.disabledLanguages": ["typescript"],
  "completion.hosted": "onPause",
}

test("every setting is attacked here", () =>
  assert.deepEqual(
    settingsKeys.map(({ key }) => key),
    Object.keys(evil),
  ))

test("without any settings the defaults hold", () =>
  assert.deepEqual(readSettings(configuration({})), untouched))

test("the user's own settings hold", () =>
  assert.deepEqual(readSettings(configuration({ user: evil })), {
    local: {
      contextSize: 131_072,
      threads: 256,
      idleMinutes: 0,
      gpu: "cuda",
      gpuLayers: 0,
      onBattery: "full",
    },
    download: { mirror: "https://evil.test" },
    endpoint: { contextWindow: 2048, rawChat: true },
    openRouter: {
      routing: "floor",
      order: ["evil"],
      only: ["evil"],
      ignore: ["good"],
      allowFallbacks: false,
      maxInputPrice: 0.5,
      maxOutputPrice: 1000,
      dataCollection: "deny",
      zeroRetention: true,
    },
    freeLlmRouter: { report: true },
    chat: {
      model: "https://evil.test/v1 evil",
      fallbacks: ["https://evil.test/v1 evil"],
      effort: "high",
      maxToolCalls: 200,
      showReasoning: true,
    },
    completion: { ...quiet, model: "/repo/evil.gguf", fallbacks: ["/repo/evil.gguf"], hosted: "onPause" },
  }))

/** What a workspace may say, and nothing else of the attack. */
const looks = {
  ...untouched,
  chat: { ...untouched.chat, effort: "high", showReasoning: true },
  completion: { ...untouched.completion, ...quiet },
}

test("a workspace changes looks and effort only (SEC-002, SEC-003, SEC-005)", () =>
  assert.deepEqual(readSettings(configuration({ workspace: evil })), looks))

test("a workspace doesn't win over the user either", () => {
  const user = {
    "chat.model": "https://good.test/v1 good",
    "chat.fallbacks": ["demo"],
    "completion.model": "/m/good.gguf",
    "openRouter.only": ["good"],
  }
  const { chat, completion, openRouter } = readSettings(configuration({ user, workspace: evil }))
  assert.deepEqual(
    [chat.model, chat.fallbacks, completion.model, openRouter.only],
    ["https://good.test/v1 good", ["demo"], "/m/good.gguf", ["good"]],
  )
})

test("an engine whose `get` lets everything through changes nothing (SEC-003)", () => {
  const view = {
    get: (key: string) => evil[key],
    inspect: (key: string) => ({ globalValue: undefined, workspaceValue: evil[key] }),
  }
  assert.deepEqual(readSettings(view), looks)
})

for (const [key, ...wrong] of [
  ["chat.model", 7, ["demo"], { type: "demo" }, null],
  ["chat.fallbacks", "demo", ["demo", 7], { 0: "demo" }],
  ["local.contextSize", 0, 2047, 1e9, 4096.5, "16384", Number.NaN],
  ["local.threads", -1, 257],
  ["local.idleMinutes", -1, 1441],
  ["local.gpu", "yes", 1],
  ["local.gpuLayers", -2, 1.5],
  ["local.onBattery", "never", true],
  ["endpoint.contextWindow", -1, 1_048_577, 0.5, "131072"],
  ["endpoint.rawChat", "true", 1],
  ["openRouter.routing", "Nitro", "", null],
  ["openRouter.maxInputPrice", -0.01, 1001, "1", Number.NaN, Number.POSITIVE_INFINITY],
  ["openRouter.dataCollection", true, "none"],
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
