// Choosing a model from the first question to what stands in the settings afterwards: the servers asked are real
// ones on this computer, the person is a list of answers.
import assert from "node:assert/strict"
import { type TestContext, test } from "node:test"
import { askingForModels as asking } from "../support/askingForModels.ts"
import { jsonReply, type Script, scriptedEndpoint } from "../support/scriptedEndpoint.ts"

const router = "https://openrouter.ai/api/v1 openai/gpt-oss-120b"
const groq = "https://api.groq.com/openai/v1 openai/gpt-oss-120b"
const file = "/models/gpt-oss-20b.gguf"
const key = "sk-CANARY-KEY"

/** A server whose list is behind `key`, if it has one. */
function listing(t: TestContext, ids: readonly string[], ownKey?: string) {
  const script: Script = ({ path, headers }) => {
    if (ownKey !== undefined && headers.authorization !== `Bearer ${ownKey}`)
      return jsonReply(401, { error: { message: "No such key" } })
    return path === "/v1/models" ? jsonReply(200, { data: ids.map(id => ({ id })) }) : jsonReply(404, {})
  }
  return scriptedEndpoint(t, script)
}

test("a row of the menu becomes one line of the settings, and is remembered", async () => {
  const chat = asking([{ row: "Demo model" }])
  assert.equal(await chat.chooseModel("chat"), true)
  assert.deepEqual(chat.values, { "chat.model": "demo" })
  assert.deepEqual(chat.recent(), ["demo"])

  const both = asking([{ row: "Suggestions" }, { row: "gpt-oss-20b" }], { recent: [file] })
  assert.equal(await both.chooseModel(), true)
  assert.deepEqual(both.values, { "completion.model": file })

  const follow = asking([{ row: "Same as the chat" }], { values: { "completion.model": file } })
  assert.equal(await follow.chooseModel("completion"), true)
  assert.deepEqual(follow.values, { "completion.model": "chat" })
})

test("left by Escape, nothing is written", async () => {
  for (const answers of [
    ["Escape"],
    [{ row: "Connect an endpoint…" }, "Escape"],
    [{ row: "Connect an endpoint…" }, { row: "Custom endpoint" }, "Escape"],
    [{ row: "Choose a model file…" }, { file: undefined }, "Escape"],
  ] as const) {
    const chat = asking(answers)
    assert.equal(await chat.chooseModel("chat"), false)
    assert.deepEqual([chat.values, chat.recent()], [{}, []])
    chat.dialogue.isDone()
  }
})

test("opening the menu finds the servers that run on this computer", async t => {
  const server = await listing(t, ["llama3", "gpt-oss:20b"])
  const port = Number(new URL(server.origin).port)
  const chat = asking([{ row: "gpt-oss:20b" }], { places: [{ id: "ollama", name: "Ollama", port }] })
  assert.equal(server.requests.length, 0)
  assert.equal(await chat.chooseModel("chat"), true)
  assert.deepEqual(chat.values, { "chat.model": `${server.baseUrl} gpt-oss:20b` })
})

test("a file is checked like any line of the settings", async () => {
  const good = asking([{ row: "Choose a model file…" }, { file }])
  assert.equal(await good.chooseModel("chat"), true)
  assert.deepEqual(good.values, { "chat.model": file })
  const bad = asking([{ row: "Choose another file…" }, { file: "/m/gpt\u202eoss.gguf" }])
  assert.equal(await bad.chooseFile(), false)
  assert.match(bad.dialogue.asked.at(-1) ?? "", /can’t be used/)
})

test("an endpoint: address, then its own list, gpt-oss first", async t => {
  const server = await scriptedEndpoint(t, () =>
    jsonReply(200, {
      data: [
        { id: "qwen3" },
        { id: "gpt-oss", context_length: 32_768, pricing: { prompt: "0.0000001", completion: "0.0000005" } },
      ],
    }),
  )
  const wrong = "http://api.test/v1"
  const chat = asking([
    { row: "Custom endpoint" },
    { text: wrong },
    { text: server.baseUrl },
    { row: "gpt-oss" },
  ])
  assert.equal(await chat.connectEndpoint(), true)
  assert.deepEqual(chat.values, { "chat.model": `${server.baseUrl} gpt-oss` })
  assert.match(chat.dialogue.asked.join("\n"), /! api\.test is only reachable over https/)
  assert.deepEqual(chat.dialogue.rows(), ["gpt-oss | 32k context · $0.10 in, $0.50 out per million", "qwen3"])
  assert.deepEqual(
    chat.learnt.map(({ id, contextWindow, price }) => ({ id, contextWindow, price })),
    [{ id: "gpt-oss", contextWindow: 32_768, price: { input: 0.1, output: 0.5 } }],
  )
})

test("a server that wants a key: a wrong one is said at once, the right one is kept", async t => {
  const server = await listing(t, ["gpt-oss"], key)
  const chat = asking([
    { row: "vLLM" },
    { text: server.baseUrl },
    { row: "Enter another key…" },
    { text: "sk wrong" },
    { text: "sk-wrong" },
    { text: key },
    { row: "gpt-oss" },
  ])
  assert.equal(await chat.connectEndpoint(), true)
  const said = chat.dialogue.asked.filter(sentence => sentence.startsWith("!"))
  assert.deepEqual(said, [
    "! A key has no blanks and no special characters.",
    `! ${new URL(server.origin).host} refused this key.`,
  ])
  assert.deepEqual([...chat.secrets.values()], [key])
  assert.doesNotMatch(JSON.stringify([chat.values, chat.recent()]), /CANARY/)
})

test("without a list, the usual names and any that is typed", async t => {
  const server = await scriptedEndpoint(t, () => ({ status: 200, body: ["<html>Welcome</html>"] }))
  const chat = asking([{ row: "Ollama" }, { text: server.baseUrl }, { types: "my/gpt-oss" }])
  assert.equal(await chat.connectEndpoint(), true)
  assert.deepEqual(chat.dialogue.rows(), ["gpt-oss:20b", "gpt-oss:120b"])
  assert.deepEqual(chat.values, { "chat.model": `${server.baseUrl} my/gpt-oss` })
})

test("every step can be taken back, and what was entered is still there", async t => {
  const server = await listing(t, ["gpt-oss"])
  const chat = asking([
    { row: "Connect an endpoint…" },
    { row: "Ollama" },
    "Back",
    { row: "Custom endpoint" },
    { text: server.baseUrl },
    "Back",
    { text: server.baseUrl },
    "Back",
    "Back",
    "Back",
    { row: "Demo model" },
  ])
  assert.equal(await chat.chooseModel("chat"), true)
  assert.deepEqual(chat.dialogue.asked, [
    "Choose a model: Chat",
    "Connect an endpoint",
    "Ollama: base URL",
    "Connect an endpoint",
    "Custom endpoint: base URL",
    `${new URL(server.origin).host}: model`,
    "Custom endpoint: base URL",
    `${new URL(server.origin).host}: model`,
    "Custom endpoint: base URL",
    "Connect an endpoint",
    "Choose a model: Chat",
  ])
  assert.deepEqual(chat.values, { "chat.model": "demo" })
})

test("Free LLM Router has a key of its own beside OpenRouter's", async () => {
  const chat = asking([{ row: "Free LLM Router" }, { text: "" }, "Escape"])
  assert.equal(await chat.connectEndpoint(), false)
  assert.deepEqual(chat.dialogue.asked.slice(1), [
    "API key for freellmrouter.com",
    "API key for openrouter.ai",
  ])

  const keys = { "https://freellmrouter.com": "fma_1", "https://openrouter.ai": key }
  const known = asking([{ row: "Free LLM Router" }, { row: "gpt-oss" }], { keys })
  assert.equal(await known.connectEndpoint(), true)
  assert.deepEqual(known.values, { "chat.model": "https://freellmrouter.com/api/v1 gpt-oss" })
})

test("a server found with several models asks which", async () => {
  const models = ["gpt-oss:20b", "gpt-oss:120b"]
  const server = {
    id: "ollama",
    name: "Ollama",
    place: "",
    baseUrl: "http://127.0.0.1:11434/v1",
    models,
  } as const
  const chat = asking([{ row: "gpt-oss:120b" }])
  assert.equal(await chat.useServer(server), true)
  assert.deepEqual(chat.values, { "chat.model": "http://127.0.0.1:11434/v1 gpt-oss:120b" })
})

test("keys are entered and removed for the endpoints of the settings alone", async t => {
  const server = await listing(t, ["gpt-oss"], key)
  const values = {
    "chat.model": `${server.baseUrl} gpt-oss`,
    "completion.model": router,
    "chat.fallbacks": [groq],
  }
  const { host, origin } = new URL(server.origin)
  const entering = asking([{ row: host }, { text: key }], { values })
  assert.equal(await entering.enterKey(), true)
  assert.deepEqual([...entering.secrets], [[`osprey.key:${origin}`, key]])
  assert.deepEqual(entering.dialogue.rows().length, 3)

  const removing = asking([], { values, keys: { [origin]: key, "https://elsewhere.test": "sk-2" } })
  await removing.removeKey()
  assert.deepEqual([...removing.secrets.values()], ["sk-2"])

  const none = asking([], { values: { "chat.model": "demo" } })
  assert.equal(await none.enterKey(), false)
  assert.match(none.dialogue.asked[0] ?? "", /No endpoint is set/)
})
