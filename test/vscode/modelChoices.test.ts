// The menu of models as data, and the memory of what was used before.
import assert from "node:assert/strict"
import { test } from "node:test"
import { choiceRows, type ModelChoice, type ModelRole, modelRoles } from "../../src/vscode/modelChoices.ts"
import { readSettings, type Settings } from "../../src/vscode/readSettings.ts"
import { type Memory, recentModels } from "../../src/vscode/recentModels.ts"

const chat = modelRoles[0] as ModelRole
const file: ModelChoice = { type: "file", path: "/models/gpt-oss-20b.gguf" }
const router: ModelChoice = {
  type: "endpoint",
  url: "https://openrouter.ai/api/v1",
  model: "openai/gpt-oss-120b",
}

function settings(values: Readonly<Record<string, unknown>>): Settings {
  return readSettings({ get: key => values[key], inspect: key => ({ globalValue: values[key] }) })
}

/** "✓" marks the current one. */
function menu(values: Readonly<Record<string, unknown>>, recent: readonly ModelChoice[] = [], role = chat) {
  return choiceRows(settings(values), recent, role).map(
    ({ label, description, current }) => `${current ? "✓ " : ""}${label} | ${description}`,
  )
}

test("a fresh install offers the demo model, and nothing is current", () =>
  assert.deepEqual(menu({}), ["Demo model | on this computer"]))

test("the current model comes first, what was used before follows, nothing twice", () => {
  const values = {
    "model.source": "endpoint",
    "endpoint.url": router.url,
    "endpoint.model": router.model,
    "local.modelPath": file.path,
  }
  const ollama: ModelChoice = { type: "endpoint", url: "http://127.0.0.1:11434/v1", model: "gpt-oss:20b" }
  assert.deepEqual(menu(values, [router, ollama, file]), [
    "✓ openai/gpt-oss-120b | openrouter.ai",
    "gpt-oss:20b | 127.0.0.1:11434",
    "gpt-oss-20b | on this computer",
    "Demo model | on this computer",
  ])
})

test("the demo model is marked when it is in use", () =>
  assert.deepEqual(menu({ "model.source": "demo", "local.modelPath": file.path }), [
    "✓ Demo model | on this computer",
    "gpt-oss-20b | on this computer",
  ]))

test("a source with nothing behind it marks nothing", () =>
  assert.deepEqual(menu({ "model.source": "file" }), ["Demo model | on this computer"]))

test("another role can follow the first: an entry of data", () => {
  const role: ModelRole = {
    ...chat,
    label: "Ghost text",
    source: () => "chat",
    follows: { value: "chat", label: "Same as the chat" },
  }
  assert.deepEqual(menu({}, [], role), ["✓ Same as the chat | ", "Demo model | on this computer"])
})

function memory(): Memory & { value: unknown } {
  return {
    value: undefined,
    get() {
      return this.value
    },
    async update(_name, value) {
      this.value = value
    },
  }
}

test("used models come latest first, once each, eight at most", async () => {
  const kept = memory()
  const recent = recentModels(kept)
  for (let at = 0; at < 12; at++) await recent.used({ type: "file", path: `/m/${at}.gguf` })
  await recent.used({ type: "file", path: "/m/9.gguf" })
  assert.deepEqual(
    recent.list().map(choice => choice.type === "file" && choice.path),
    [9, 11, 10, 8, 7, 6, 5, 4].map(at => `/m/${at}.gguf`),
  )
})

test("what isn't a choice in that memory is left out", () => {
  const kept = memory()
  kept.value = [
    router,
    { type: "file" },
    { ...router, key: "sk-1" },
    { type: "shell", path: "/x" },
    null,
    "demo",
  ]
  assert.deepEqual(recentModels(kept).list(), [router])
  kept.value = { type: "demo" }
  assert.deepEqual(recentModels(kept).list(), [])
})
