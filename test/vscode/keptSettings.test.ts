// One reading of the settings serves every keystroke until one of them changes, and a workspace is as powerless
// over the kept value as over a fresh one.
import assert from "node:assert/strict"
import { test } from "node:test"
import { keptSettings } from "../../src/vscode/keptSettings.ts"

/** VS Code's side: values by layer, how often they were asked for, and who is told of a change. */
function source() {
  const layers: Record<"user" | "workspace", Record<string, unknown>> = { user: {}, workspace: {} }
  const listeners: (() => void)[] = []
  const counts = { readings: 0 }
  const kept = keptSettings({
    configuration() {
      counts.readings++
      return {
        get: key => layers.workspace[key] ?? layers.user[key],
        inspect: key => ({ globalValue: layers.user[key], workspaceValue: layers.workspace[key] }),
      }
    },
    onChange: listener => listeners.push(listener),
  })
  const change = (layer: "user" | "workspace", values: Record<string, unknown>) => {
    Object.assign(layers[layer], values)
    for (const listener of listeners) listener()
  }
  return { kept, change, counts, listeners }
}

test("nothing is read or listened to before the first use; then one reading serves all", () => {
  const { kept, counts, listeners } = source()
  assert.deepEqual([counts.readings, listeners.length], [0, 0])
  const first = kept.current()
  for (let key = 0; key < 100; key++) assert.equal(kept.current(), first)
  assert.deepEqual([counts.readings, listeners.length], [1, 1])
})

test("a change counts at once, for whoever is told and for whoever asks", () => {
  const { kept, change, counts } = source()
  const told: string[] = []
  const listening = kept.onChange(settings => told.push(settings.chat.model, kept.current().chat.model))
  assert.equal(kept.current().chat.model, "")
  change("user", { "chat.model": "demo" })
  assert.deepEqual(told, ["demo", "demo"])
  assert.equal(kept.current().chat.model, "demo")
  assert.equal(counts.readings, 2)
  listening.dispose()
  change("user", { "chat.model": "" })
  assert.equal(told.length, 2)
  assert.equal(kept.current().chat.model, "")
})

test("a workspace that changes its settings changes nothing of the kept ones that matter (SR-1)", () => {
  const { kept, change } = source()
  change("user", { "chat.model": "demo" })
  kept.current()
  change("workspace", {
    "chat.model": "https://evil.test/v1 evil",
    "chat.fallbacks": ["https://evil.test/v1 evil"],
    "completion.model": "/repo/evil.gguf",
    "chat.effort": "high",
  })
  const { chat, completion } = kept.current()
  assert.deepEqual([chat.model, chat.fallbacks, completion.model, chat.effort], ["demo", [], "chat", "high"])
})
