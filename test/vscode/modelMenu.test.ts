// The menu of models as data: sections, what is marked, and the few words about each.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { LocalServer } from "../../src/model/hosted/localServers.ts"
import { modelRoles } from "../../src/vscode/modelChoices.ts"
import { figureWords, type ModelFigures } from "../../src/vscode/modelFigures.ts"
import { modelMenu } from "../../src/vscode/modelMenu.ts"
import { type ModelChoice, parseReference } from "../../src/vscode/modelReference.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"

const router = "https://openrouter.ai/api/v1 openai/gpt-oss-120b"
const ollama = "http://127.0.0.1:11434/v1 gpt-oss:20b"
const groq = "https://api.groq.com/openai/v1 openai/gpt-oss-20b"
const file = "/models/gpt-oss-20b.gguf"

const nothingKnown: ModelFigures = { seen: () => undefined, facts: () => ({}) }

function choice(line: string): ModelChoice {
  const parsed = parseReference(line)
  assert.ok(parsed.ok, line)
  return parsed.choice
}

function settings(values: Readonly<Record<string, unknown>>) {
  return readSettings({ get: key => values[key], inspect: key => ({ globalValue: values[key] }) })
}

type Given = {
  readonly role?: "chat" | "completion"
  readonly values?: Readonly<Record<string, unknown>>
  readonly recent?: readonly string[]
  readonly found?: readonly LocalServer[]
  readonly forFallback?: boolean
}

/** "section: label | description", as in the menu; "" for the ways below the last line. */
function menu({ role = "chat", values = {}, recent = [], found = [], forFallback = false }: Given) {
  const rows = modelMenu({
    role: modelRoles[role],
    settings: settings(values),
    recent: recent.map(choice),
    found,
    isLooking: false,
    forFallback,
    figures: nothingKnown,
  })
  return rows.map(({ section = "·", label, description }) => `${section}: ${label} | ${description}`)
}

const ways = [
  ": Choose a model file… | gpt-oss as GGUF, on this computer",
  ": Connect an endpoint… | OpenRouter, Groq, your own server or any other",
  ": Look for servers on this computer | none answered at the usual ports",
]

test("a fresh install offers the demo model and the ways to another; nothing is marked", () =>
  assert.deepEqual(menu({}), ["This computer: Demo model | on this computer", ...ways]))

test("current, recent, then by place; each model once", () =>
  assert.deepEqual(
    menu({
      values: { "chat.model": router, "chat.fallbacks": [groq] },
      recent: [router, ollama, file, "/m/a.gguf", "/m/b.gguf", "https://api.oxen.test/v1 oss"],
    }),
    [
      "Current: openai/gpt-oss-120b | openrouter.ai · OpenRouter · current",
      "Recent: gpt-oss:20b | 127.0.0.1:11434 · Ollama",
      "Recent: gpt-oss-20b | on this computer",
      "This computer: a | on this computer",
      "This computer: b | on this computer",
      "This computer: Demo model | on this computer",
      "Endpoints: oss | api.oxen.test",
      "Endpoints: openai/gpt-oss-20b | api.groq.com · Groq",
      ...ways,
      ": Other models if this one can’t answer… | 1 model",
    ],
  ))

test("servers found on this computer join their section; those without a model ask for a word more", () => {
  const found: readonly LocalServer[] = [
    {
      id: "ollama",
      name: "Ollama",
      place: "localhost:11434",
      baseUrl: "http://127.0.0.1:11434/v1",
      models: ["gpt-oss:20b", "gpt-oss:120b"],
    },
    {
      id: "vllm",
      name: "Port 8000",
      place: "localhost:8000",
      baseUrl: "http://127.0.0.1:8000/v1",
      models: [],
      reason: "a server that asks for a key; connect it as an endpoint",
    },
  ]
  assert.deepEqual(menu({ values: { "chat.model": ollama }, found }), [
    "Current: gpt-oss:20b | 127.0.0.1:11434 · Ollama · current",
    "This computer: gpt-oss:120b | 127.0.0.1:11434 · Ollama",
    "This computer: Demo model | on this computer",
    "Servers without a model to choose: Port 8000 | localhost:8000",
    ...ways.slice(0, 2),
    ": Look for servers on this computer | 2 found",
    ": Other models if this one can’t answer… | none",
  ])
})

test("suggestions can follow the chat, and say whom", () => {
  const values = { "chat.model": router }
  assert.deepEqual(menu({ role: "completion", values }).slice(0, 2), [
    "·: Same as the chat | openai/gpt-oss-120b, openrouter.ai · current",
    "This computer: Demo model | on this computer",
  ])
  const own = menu({ role: "completion", values: { ...values, "completion.model": "demo" } })
  assert.deepEqual(own.slice(0, 2), [
    "·: Same as the chat | openai/gpt-oss-120b, openrouter.ai",
    "Current: Demo model | on this computer · current",
  ])
})

test("the menu for the list behind a model leaves out what is in it already", () =>
  assert.deepEqual(
    menu({
      role: "completion",
      values: { "chat.model": router, "completion.fallbacks": [groq] },
      recent: [router, groq, ollama],
      forFallback: true,
    }),
    [
      "Recent: gpt-oss:20b | 127.0.0.1:11434 · Ollama",
      "This computer: Demo model | on this computer",
      ...ways,
    ],
  ))

test("an address that only ranks is shown with the host that gets the text", () =>
  assert.equal(
    menu({ values: { "chat.model": "https://freellmrouter.com/api/v1 any" } })[0],
    "Current: Free LLM Router’s picks | openrouter.ai · OpenRouter · current",
  ))

for (const [line, values, seen, facts, words] of [
  ["demo", {}, undefined, {}, "4k context · not tried yet"],
  [
    file,
    { "local.contextSize": 32_768 },
    { tokensPerSecond: 12.4 },
    {},
    "32k context · 12 tokens/s measured",
  ],
  [file, {}, { tokensPerSecond: 3.44 }, {}, "16k context · 3.4 tokens/s measured"],
  [router, {}, undefined, {}, "not tried yet"],
  [
    router,
    {},
    { tokensPerSecond: 41 },
    { contextWindow: 131_072, price: { input: 0.1, output: 0.5 } },
    "131k context · $0.10 in, $0.50 out per million · 41 tokens/s seen",
  ],
  [
    router,
    { "endpoint.contextWindow": 1_048_576 },
    {},
    { contextWindow: 131_072, price: { input: 0.035, output: 15 } },
    "1M context · $0.035 in, $15.00 out per million · not tried yet",
  ],
  [router, {}, {}, { price: { input: 0, output: 0 } }, "free · not tried yet"],
] as const)
  test(`what is known of ${line}: ${words}`, () =>
    assert.equal(
      figureWords(choice(line), { seen: () => seen, facts: () => facts }, settings(values)),
      words,
    ))
