// A model file on this computer, from the settings to an answer: what is asked before it is loaded, what is kept of it.
import assert from "node:assert/strict"
import { ChildProcess } from "node:child_process"
import { readdirSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import type { ModelEvent } from "../../src/model/languageModel.ts"
import { modelUsers } from "../../src/model/local/modelUsers.ts"
import { powerPolicy } from "../../src/model/local/power/powerPolicy.ts"
import type { Measurement } from "../../src/vscode/localMeasurements.ts"
import { type LocalParts, localParts } from "../../src/vscode/localParts.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"
import { settingsKeys } from "../../src/vscode/settingsKeys.ts"
import type { Machine } from "../../src/vscode/thisMachine.ts"
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

type Parts = LocalParts & {
  readonly asked: string[]
  readonly storage: string
  readonly log: readonly string[]
  /** Of the demo model. */
  measured(): Measurement | undefined
  machine: Machine
  answer: boolean
  onBattery: boolean
  /** Called while a question waits. */
  onAsk: () => void
}

async function partsOn(cleaner: Cleaner, machine: Machine): Promise<Parts> {
  const storage = await temporaryFolder(cleaner)
  const kept = new Map<string, unknown>()
  const asked: string[] = []
  const logged: string[] = []
  const log = {
    info: (line: string) => logged.push(line),
    warn: (line: string) => assert.fail(line),
    error: () => {},
  }
  const policy = () => powerPolicy("save", own.onBattery)
  const parts = localParts({
    power: { policy, settled: async () => policy() },
    ...{ extensionPath, storage, log, machine: () => own.machine, tell: sentence => assert.fail(sentence) },
    offerCuda: sentence => assert.fail(sentence),
    memento: {
      get: name => kept.get(name),
      update: async (name, value) => void kept.set(name, value),
    },
    async ask(question) {
      asked.push(question)
      own.onAsk()
      return own.answer
    },
  })
  const own: Parts = {
    ...parts,
    ...{ asked, storage, machine, log: logged, answer: false, onBattery: false, onAsk: () => {} },
    measured: () => parts.figures.measured({ path: demoModelPath }, "cpu"),
  }
  return own
}

async function answerOf(
  { make }: LocalParts,
  cleaner: Cleaner,
  contextSize = settings.local.contextSize,
): Promise<() => Promise<string>> {
  const own = { ...settings, local: { ...settings.local, contextSize } }
  const { model, dispose } = make({ type: "file", path: demoModelPath }, own)
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
  assert.equal(parts.measured(), undefined)
  assert.match(await answer(), /^A closure is a function/)
  assert.deepEqual(parts.asked, [])
  assert.ok(await comesTrue(() => parts.measured() !== undefined, 60_000))
  assert.ok((parts.measured()?.generationTokensPerSecond ?? 0) > 0)
  assert.equal(parts.figures.computing(demoModelPath), "processor, 1 thread")
  assert.match(
    parts.log.join("\n"),
    /^A model is loaded\. Computing: processor, 1 thread\.\nMeasured on this computer: it writes \d+ tokens\/s and/,
  )
})

test("a number of threads that the user set is theirs alone: without it, the best is looked for", async t => {
  const parts = await partsOn(t, large)
  const answerWith = async (threads: number) => {
    const own = { ...settings, local: { ...settings.local, threads } }
    const { model, dispose } = parts.make({ type: "file", path: demoModelPath }, own)
    for await (const _ of model.stream(request, never));
    assert.ok(await comesTrue(() => parts.measured()?.askedThreads === threads, 60_000))
    dispose()
    return parts.figures.computing(demoModelPath)
  }
  assert.equal(await answerWith(2), "processor, 2 threads")
  assert.equal(parts.measured()?.threads, 2)
  assert.equal(await answerWith(0), "processor, 1 thread")
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

test("an answer holds for what was asked: not for another context, and not once memory is free", async t => {
  const parts = await partsOn(t, small)
  const [short, long] = [await answerOf(parts, t, 2048), await answerOf(parts, t, 4096)]
  for (const answer of [short, short, long]) await assert.rejects(answer, { kind: "outOfMemory" })
  assert.equal(parts.asked.length, 2)
  // Other figures, and the same would happen.
  parts.machine = { ...small, freeMemory: 2 ** 19 }
  await assert.rejects(short, { kind: "outOfMemory" })
  assert.equal(parts.asked.length, 2)
  parts.machine = large
  assert.match(await short(), /^A closure is a function/)

  parts.machine = small
  parts.answer = true
  parts.tryAgain()
  const longer = await answerOf(parts, t, 8192)
  assert.match(await long(), /^A closure is a function/)
  assert.match(await longer(), /^A closure is a function/)
  assert.equal(parts.asked.length, 4)
})

test("other windows count it from before it is loaded until it is gone; not while a question waits or after a failure", async t => {
  const parts = await partsOn(t, small)
  const there = modelUsers(path.join(parts.storage, "models-in-use"), process.ppid)
  const seen: number[] = []
  const see = () => seen.push(there.others(demoModelPath))
  parts.onAsk = see
  parts.answer = true
  const { model, dispose } = parts.make({ type: "file", path: demoModelPath }, settings)
  for await (const event of model.stream(request, never))
    if (event.type === "waiting" && event.stage === "loading" && event.fraction === 0) see()
  see()
  assert.deepEqual([seen.at(0), new Set(seen.slice(1))], [0, new Set([1])])
  dispose()
  assert.ok(await comesTrue(() => there.others(demoModelPath) === 0, 5000))

  const broken = path.join(await temporaryFolder(t, { "broken.gguf": "GGUF" }), "broken.gguf")
  const other = parts.make({ type: "file", path: broken }, settings)
  t.after(other.dispose)
  await assert.rejects(
    async () => {
      for await (const _ of other.model.stream(request, never));
    },
    { kind: "modelBroken" },
  )
  assert.equal(there.others(broken), 0)
})

/** Lets go of the model as soon as it reads, as a change of a setting does. */
async function changedWhileReading({ model, dispose }: ReturnType<LocalParts["make"]>): Promise<void> {
  for await (const event of model.stream(request, never))
    if (event.type === "waiting" && event.stage === "reading") dispose()
}

test("a setting changes in mid-answer: that is what is said", async t => {
  const parts = await partsOn(t, large)
  const answer = changedWhileReading(parts.make({ type: "file", path: demoModelPath }, settings))
  const detail = { said: "settings changed, so it was ended" }
  await assert.rejects(answer, { name: "ModelError", kind: "runtimeEnded", detail })
})

test("the next load waits until the memory of the one before is back", async t => {
  const parts = await partsOn(t, large)
  // As a process that takes its time to give its memory back.
  const kill = t.mock.method(ChildProcess.prototype, "kill")
  kill.mock.mockImplementationOnce(() => true)
  const first = changedWhileReading(parts.make({ type: "file", path: demoModelPath }, settings))
  assert.ok(await comesTrue(() => kill.mock.callCount() === 1, 5000))

  const next = parts.make({ type: "file", path: demoModelPath }, settings)
  t.after(next.dispose)
  const users = path.join(parts.storage, "models-in-use")
  for await (const event of next.model.stream(request, never)) {
    if (event.type !== "waiting" || event.stage !== "loading" || event.fraction > 0) continue
    const pids = readdirSync(users).map(name => name.split(".").slice(1))
    assert.deepEqual(pids, [[String(process.pid), String(process.pid)]])
  }
  await first
})

test("on battery nothing is read ahead and no speed is measured; the next time on mains both are", async t => {
  const parts = await partsOn(t, large)
  parts.onBattery = true
  const { model, dispose } = parts.make({ type: "file", path: demoModelPath }, settings)
  t.after(dispose)
  const users = modelUsers(path.join(parts.storage, "models-in-use"), process.ppid)
  await model.prepare?.(request.conversation, never)
  assert.equal(users.others(demoModelPath), 0, "a process was started")

  for await (const _ of model.stream(request, never));
  const plugged = await partsOn(t, large)
  await (await answerOf(plugged, t))()
  assert.ok(await comesTrue(() => plugged.measured() !== undefined, 60_000))
  // It was loaded earlier than the one that is measured by now.
  assert.equal(parts.measured(), undefined)

  parts.onBattery = false
  const next = parts.make({ type: "file", path: demoModelPath }, settings)
  t.after(next.dispose)
  await next.model.prepare?.(request.conversation, never)
  assert.ok(await comesTrue(() => parts.measured() !== undefined, 60_000))
})
