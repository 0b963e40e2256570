// What the settings make of the model: which one, or none with advice; nothing is started by asking.
import assert from "node:assert/strict"
import { test } from "node:test"
import { ModelError } from "../../src/model/modelError.ts"
import { activeModel } from "../../src/vscode/activeModel.ts"
import { keyStore } from "../../src/vscode/keyStore.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"

const noSecrets = { get: async () => undefined, store: async () => {}, delete: async () => {} }
const silent = { info() {}, warn() {}, error() {}, debug() {} }

function active(values: Readonly<Record<string, unknown>>) {
  return activeModel({
    extensionPath: "/nowhere",
    settings: () => readSettings({ get: () => undefined, inspect: key => ({ globalValue: values[key] }) }),
    keys: keyStore(noSecrets),
    log: silent,
    machine: () => ({ memory: 32 * 2 ** 30, cores: 8 }),
  })
}

for (const [name, values] of [
  ["nothing is set", {}],
  ["a file without a path", { "model.source": "file" }],
  ["an endpoint without a model", { "model.source": "endpoint", "endpoint.url": "https://a.test/v1" }],
] as const)
  test(`${name}: no model, and what this computer could run`, () => {
    const model = active(values)
    const fit = { verdict: "fits", sentence: "Fits: 32 GB memory, 8 processor cores." }
    assert.deepEqual(model.state("chat"), { label: "No model", place: "", kind: "none", fit })
    assert.throws(
      () => model.current("chat"),
      error => error instanceof ModelError && error.kind === "notConfigured",
    )
  })

for (const [values, shown] of [
  [{ "model.source": "demo" }, { label: "Demo model", place: "on this computer", kind: "demo" }],
  [
    { "model.source": "file", "local.modelPath": "/m/gpt-oss-20b.gguf" },
    { label: "gpt-oss-20b", place: "on this computer", kind: "local" },
  ],
  [
    {
      "model.source": "endpoint",
      "endpoint.url": "http://127.0.0.1:11434/v1",
      "endpoint.model": "gpt-oss:20b",
    },
    { label: "gpt-oss:20b", place: "127.0.0.1:11434", kind: "hosted" },
  ],
] as const)
  test(`${shown.kind} is shown as ${shown.label}, ${shown.place}`, () => {
    const model = active(values)
    assert.deepEqual(model.state("chat"), shown)
    assert.equal(model.current("chat").description.label, shown.label)
    model.dispose()
  })

test("suggestions take the chat's model unless they have their own", () => {
  const same = active({ "model.source": "demo" })
  assert.equal(same.current("completion"), same.current("chat"))
  same.dispose()
  const own = active({
    "model.source": "endpoint",
    "endpoint.url": "http://127.0.0.1:1/v1",
    "endpoint.model": "m",
    "completion.source": "demo",
  })
  assert.deepEqual([own.state("chat").kind, own.state("completion").kind], ["hosted", "demo"])
  assert.notEqual(own.current("completion"), own.current("chat"))
  own.dispose()
})
