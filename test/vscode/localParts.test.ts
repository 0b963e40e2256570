// A model file on this computer, from the settings to an answer: what is asked before it is loaded, what is kept of it.
import assert from "node:assert/strict"
import path from "node:path"
import { test } from "node:test"
import type { ModelEvent } from "../../src/model/languageModel.ts"
import { modelUsers } from "../../src/model/local/modelUsers.ts"
import { type LocalParts, localParts } from "../../src/vscode/localParts.ts"
import type { Machine } from "../../src/vscode/modelFit.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"
import { settingsKeys } from "../../src/vscode/settingsKeys.ts"
import { chat, said, user } from "../support/demoConversation.ts"
import { comesTrue, demoModelPath, never } from "../support/runtimeTest.ts"
import { type Cleaner, temporaryFolder } from "../support/temporaryFolder.ts"

const extensionPath = path.resolve(import.meta.dirname, "../..")
const request = {
  conversation: { messages: [...chat, user("What is a closure?")] },
  maxTokens: 300,
  temperature: 0,
}
const large: Machine = { memory: 2 ** 36, freeMemory: 2 ** 36, cores: 2 }
const small: Machine = { memory: 2 ** 30, freeMemory: 2 ** 20, cores: 2 }

/** The defaults but for graphics cards, and a context that the demo model knows. */
const settings = readSettings({
  get: () => undefined,
  inspect: key => {
    if (key === "local.gpu") return { globalValue: "cpu" }
    if (key === "local.contextSize") return { globalValue: 4096 }
    return { defaultValue: settingsKeys.find(known => known.key === key)?.default }
  },
})

type Parts = LocalParts & { readonly asked: string[]; readonly storage: string; answer: boolean }

async function partsOn(cleaner: Cleaner, machine: Machine): Promise<Parts> {
  const storage = await temporaryFolder(cleaner)
  const kept = new Map<string, unknown>()
  const asked: string[] = []
  const log = { info: () => {}, warn: (line: string) => assert.fail(line), error: () => {} }
  const parts = localParts({
    ...{ extensionPath, storage, log, machine: () => machine, tell: sentence => assert.fail(sentence) },
    memento: {
      get: name => kept.get(name),
      update: async (name, value) => void kept.set(name, value),
    },
    async ask(question) {
      asked.push(question)
      return own.answer
    },
  })
  const own: Parts = { ...parts, asked, storage, answer: false }
  return own
}

async function answerOf({ make }: LocalParts, cleaner: Cleaner): Promise<() => Promise<string>> {
  const { model, dispose } = make({ type: "file", path: demoModelPath }, settings)
  cleaner.after(async () => dispose())
  return async () => {
    const events: ModelEvent[] = []
    for await (const event of model.stream(request, never)) events.push(event)
    return said(events, "text")
  }
}

test("with memory enough nothing is asked; its speed is measured once and kept", async t => {
  const parts = await partsOn(t, large)
  const answer = await answerOf(parts, t)
  assert.equal(parts.measured(demoModelPath), undefined)
  assert.match(await answer(), /^A closure is a function/)
  assert.deepEqual(parts.asked, [])
  assert.ok(await comesTrue(() => parts.measured(demoModelPath) !== undefined, 60_000))
  assert.ok((parts.measured(demoModelPath)?.generationTokensPerSecond ?? 0) > 0)
})

test("with little memory it says before loading what will happen; a no holds until another try is asked for", async t => {
  const parts = await partsOn(t, small)
  const answer = await answerOf(parts, t)
  for (let round = 0; round < 2; round++)
    await assert.rejects(answer, { name: "ModelError", kind: "outOfMemory" })
  assert.equal(parts.asked.length, 1)
  assert.match(parts.asked[0] ?? "", /^This model takes .* 0\.0 GB are free now\. Other programs/)
  parts.answer = true
  parts.tryAgain()
  assert.match(await answer(), /^A closure is a function/)
  assert.equal(parts.asked.length, 2)
})

test("another window that has the model in memory is told before a second copy is made", async t => {
  const parts = await partsOn(t, large)
  const answer = await answerOf(parts, t)
  // Any process that runs, in place of another window: the one that started this one.
  modelUsers(path.join(parts.storage, "models-in-use"), process.ppid).enter(demoModelPath, process.ppid)
  await assert.rejects(answer, { kind: "outOfMemory" })
  assert.match(parts.asked.join(), /^Another window has this model in memory\. This window needs .* GB more/)
})
