// What the settings make of the model: which one, or none with advice; nothing is started by asking.
import assert from "node:assert/strict"
import { test } from "node:test"
import { hostedModel } from "../../src/model/hosted/hostedModel.ts"
import { onMains } from "../../src/model/local/power/powerPolicy.ts"
import { ModelError } from "../../src/model/modelError.ts"
import { activeModel } from "../../src/vscode/activeModel.ts"
import { localParts } from "../../src/vscode/localParts.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"

const fit = { verdict: "fits", sentence: "Fits." } as const

/** Settings that can be changed, and what was made, closed and logged on the way. */
function active(values: Record<string, unknown>) {
  const seen: string[] = []
  const model = activeModel({
    settings: () => readSettings({ get: () => undefined, inspect: key => ({ globalValue: values[key] }) }),
    local: localParts({
      ...{
        extensionPath: "/nowhere",
        storage: "/nowhere",
        machine: () => ({ memory: 32 * 2 ** 30, cores: 8 }),
      },
      memento: { get: () => undefined, update: async () => {} },
      power: { policy: () => onMains, settled: async () => onMains },
      log: { info() {}, warn() {}, error() {} },
      ask: async () => true,
      tell() {},
      offerCuda() {},
    }).make,
    endpoint({ url, model: name }) {
      seen.push(`made ${name}`)
      const made = hostedModel({
        baseUrl: url,
        model: name,
        label: name,
        apiKey: async () => undefined,
        contextWindow: 131_072,
        outputLimit: 16_384,
        countTokens: async () => 0,
      })
      return { model: made, dispose: () => seen.push(`closed ${name}`) }
    },
    log: { info() {}, warn: text => seen.push(text), error() {} },
    advice: () => fit,
  })
  return { ...model, seen, set: (changes: Record<string, unknown>) => Object.assign(values, changes) }
}

const here = "http://127.0.0.1:11434/v1 gpt-oss:20b"
const router = "https://openrouter.ai/api/v1 openai/gpt-oss-120b"

for (const [name, values, said] of [
  ["nothing is set", {}, undefined],
  ["garbage", { "chat.model": "gpt-oss" }, /A model is "demo"/],
  ["an endpoint without a model", { "chat.model": "https://a.test/v1" }, /name is missing/],
  ["plain http over the network", { "chat.model": "http://a.test/v1 m" }, /only reachable over https/],
] as const)
  test(`${name}: no model, and what this computer could run`, () => {
    const model = active(values)
    const none = { label: "No model", place: "", kind: "none" }
    // Only the chat's page gives advice.
    assert.deepEqual([model.state("chat"), model.state("completion")], [{ ...none, fit }, none])
    for (const role of ["chat", "completion"] as const)
      assert.throws(
        () => model.current(role),
        error =>
          error instanceof ModelError &&
          error.kind === "notConfigured" &&
          (said === undefined ? error.detail.said === undefined : said.test(error.detail.said ?? "")),
      )
  })

for (const [line, shown] of [
  ["demo", { label: "Demo model", place: "on this computer", kind: "demo" }],
  ["/m/gpt-oss-20b.gguf", { label: "gpt-oss-20b", place: "on this computer", kind: "local" }],
  [here, { label: "gpt-oss:20b", place: "127.0.0.1:11434", kind: "hosted" }],
] as const)
  test(`${shown.kind} is shown as ${shown.label}, ${shown.place}`, () => {
    const model = active({ "chat.model": line })
    assert.deepEqual(model.state("chat"), shown)
    assert.deepEqual(model.seen, [])
    assert.equal(model.current("chat").description.label, shown.label)
    model.dispose()
  })

test("Free LLM Router only ranks: the place shown is the one that text goes to", () => {
  const model = active({ "chat.model": "https://freellmrouter.com/api/v1 gpt-oss" })
  assert.deepEqual(model.state("chat"), {
    label: "gpt-oss by Free LLM Router",
    place: "openrouter.ai",
    kind: "hosted",
  })
})

test("suggestions take the chat's model unless they have their own", () => {
  const same = active({ "chat.model": router })
  assert.equal(same.current("completion"), same.current("chat"))
  assert.deepEqual(same.seen, ["made openai/gpt-oss-120b"])

  const own = active({ "chat.model": router, "completion.model": here })
  assert.deepEqual(
    [own.state("chat").place, own.state("completion").place],
    ["openrouter.ai", "127.0.0.1:11434"],
  )
  assert.notEqual(own.current("completion"), own.current("chat"))
  own.set({ "completion.model": "" })
  assert.equal(own.state("completion").kind, "none")
})

test("each role has its own models behind the first, and shares what both name", () => {
  const model = active({
    "chat.model": here,
    "chat.fallbacks": [router, here, "nonsense", router],
    "completion.fallbacks": ["demo"],
  })
  const chat = model.current("chat")
  assert.equal(chat.description.label, "gpt-oss:20b")
  assert.notEqual(model.current("completion"), chat)
  assert.equal(model.current("chat"), chat)
  assert.deepEqual(model.seen, [
    "Entry 3 of osprey.chat.fallbacks names no model and is left out.",
    "made gpt-oss:20b",
    "made openai/gpt-oss-120b",
  ])
  model.dispose()
})

test("what a model on this computer does on battery can change without loading it anew", () => {
  const model = active({ "chat.model": "/m/gpt-oss-20b.gguf" })
  const first = model.current("chat")
  model.set({ "local.onBattery": "manual" })
  assert.equal(model.current("chat"), first)
  model.set({ "local.threads": 2 })
  assert.notEqual(model.current("chat"), first)
  model.dispose()
})

test("a model that no role names any more is closed; one that is still named stays", () => {
  const model = active({ "chat.model": here, "completion.model": router })
  model.current("chat")
  model.current("completion")
  model.set({ "chat.model": router })
  assert.equal(model.current("chat"), model.current("completion"))
  assert.deepEqual(model.seen, ["made gpt-oss:20b", "made openai/gpt-oss-120b", "closed gpt-oss:20b"])
  model.set({ "openRouter.routing": "nitro" })
  model.current("chat")
  assert.deepEqual(model.seen.slice(3), ["closed openai/gpt-oss-120b", "made openai/gpt-oss-120b"])
  model.dispose()
  assert.equal(model.seen.at(-1), "closed openai/gpt-oss-120b")
})
