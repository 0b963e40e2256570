// The product's hosted models against llama-server, a server that no one here wrote, with the demo model in it: chat,
// tools, raw token ids, cancel, and how it fails. It renders and reads Harmony with gpt-oss's own chat template.
import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import { agentLoop } from "../../src/chat/agentLoop.ts"
import { openingMessages, userMessage } from "../../src/chat/chatPrompt.ts"
import type { Message } from "../../src/harmony/message.ts"
import { examineEndpoint } from "../../src/model/hosted/doctor/examineEndpoint.ts"
import { type EndpointMemory, endpointMemory } from "../../src/model/hosted/endpointFacts.ts"
import { type HostedModelOptions, hostedModel } from "../../src/model/hosted/hostedModel.ts"
import { presets } from "../../src/model/hosted/presets.ts"
import { rawModel } from "../../src/model/hosted/raw/rawModel.ts"
import { rawProbe } from "../../src/model/hosted/raw/rawProbe.ts"
import type { LanguageModel, ModelEvent, ModelRequest } from "../../src/model/languageModel.ts"
import { modelErrorOf } from "../../src/model/modelError.ts"
import type { DoctorReport } from "../../src/protocol/endpointPage.ts"
import { toolbox } from "../../src/tools/toolbox.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { chat, fileResult } from "../support/demoConversation.ts"
import { startLlamaServer } from "./llamaServer.ts"

const server = await startLlamaServer()
after(() => server.stop())

const never = new AbortController().signal
const preset = presets.find(each => each.id === "llamaServer") ?? assert.fail("no preset")
const opening = openingMessages({ effort: "low", date: "2026-11-20", tools: [] })
const closure = [...opening, userMessage("What is a closure?")]

const common = {
  model: "demo",
  label: "Demo model",
  contextWindow: 2048,
  outputLimit: 300,
  countTokens: async () => 0,
}

function chatModel(more: Partial<HostedModelOptions> = {}): LanguageModel {
  return greedy(
    hostedModel({ ...common, baseUrl: server.baseUrl, apiKey: async () => undefined, preset, ...more }),
  )
}

function rawDemo(): LanguageModel {
  const { baseUrl } = server
  const apiKey = async () => undefined
  return greedy(rawModel({ ...common, baseUrl, apiKey, form: "llamaServer", vocabulary: "server" }))
}

/** The demo model writes sense at temperature 0 only. */
function greedy(model: LanguageModel): LanguageModel {
  return { ...model, stream: (request, signal) => model.stream({ ...request, temperature: 0 }, signal) }
}

type Turn = { readonly events: readonly ModelEvent[]; readonly error: string | undefined }

async function turn(model: LanguageModel, request: Partial<ModelRequest>, signal = never): Promise<Turn> {
  const events: ModelEvent[] = []
  try {
    const asked = { conversation: { messages: closure }, maxTokens: 300, ...request }
    for await (const event of model.stream(asked, signal)) events.push(event)
    return { events, error: undefined }
  } catch (error) {
    return { events, error: modelErrorOf(error).kind }
  }
}

function text(events: readonly ModelEvent[], type: "reasoning" | "text"): string {
  return events.map(event => (event.type === type ? event.text : "")).join("")
}

for (const [name, model] of [
  ["Chat Completions", chatModel()],
  ["token ids", rawDemo()],
] as const) {
  test(`${name}: reasoning and answer come apart, and without a trace of markup`, async () => {
    const { events, error } = await turn(model, {})
    assert.equal(error, undefined)
    assert.match(text(events, "text"), /^A closure is a function together with the variables/)
    assert.notEqual(text(events, "reasoning"), "")
    const finish = events.find(event => event.type === "finish")
    assert.equal(finish?.reason, "stop")
    assert.deepEqual(
      finish.messages.map(message => message.channel),
      ["analysis", "final"],
    )
    assert.doesNotMatch(JSON.stringify(finish.messages), /<\|/)
    const usage = events.find(event => event.type === "usage")?.usage
    assert.ok(usage !== undefined && usage.promptTokens > 50 && usage.generatedTokens > 20)
    assert.notEqual(usage.isEstimate, true)
  })

  test(`${name}: a tool is called, run, and its result is quoted; the prompt is not read twice`, async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "osprey-peer-"))
    mkdirSync(path.join(folder, "src"))
    writeFileSync(
      path.join(folder, "src/amounts.ts"),
      "export function amounts(list: number[]): number {\n    return 0;\n}\n",
    )
    const workspace = diskWorkspace({ roots: [{ name: "w", path: folder }], ripgrepPath: rgPath })
    const box = toolbox({ workspace, approve: async () => false })
    const messages: readonly Message[] = [
      ...openingMessages({ effort: "medium", date: "2026-11-20", tools: box.descriptions }),
      userMessage("What does src/amounts.ts do?"),
    ]
    const story: string[] = []
    const reused: number[] = []
    const request = { model, toolbox: box, messages, maxToolCalls: 4, sessionId: "s" }
    for await (const event of agentLoop(request, never)) {
      if (event.type === "callEnded")
        story.push(`${event.call.name} ${event.call.rawArguments} ${event.result.failed ? "failed" : "ran"}`)
      if (event.type === "usage") reused.push(event.usage.reusedTokens)
      if (event.type === "text") story.push("text")
      if (event.type === "ended") story.push(event.outcome.reason)
    }
    rmSync(folder, { recursive: true })
    assert.deepEqual([...new Set(story)], ['read_file {"path":"src/amounts.ts"} ran', "text", "done"])
    assert.ok((reused[1] ?? 0) > 100, `${reused}`)
  })

  test(`${name}: after a stop the server is idle, and answers the next request`, async () => {
    const abort = new AbortController()
    const events: ModelEvent[] = []
    for await (const event of model.stream(
      { conversation: { messages: closure }, maxTokens: 300 },
      abort.signal,
    )) {
      events.push(event)
      if (event.type === "reasoning" || event.type === "text") abort.abort()
    }
    assert.equal(events.at(-1)?.type === "finish", false)
    while (await isBusy()) await new Promise(resolve => setTimeout(resolve, 10))
    assert.equal((await turn(model, {})).error, undefined)
  })

  test(`${name}: a conversation that doesn't fit is full`, async () => {
    const long = [...opening, userMessage("closure ".repeat(3000))]
    assert.equal((await turn(model, { conversation: { messages: long } })).error, "contextFull")
  })

  test(`${name}: an answer cut anywhere says so and shows no markup`, async () => {
    for (const maxTokens of [1, 2, 3, 4, 12, 17, 18, 19, 20, 21, 22]) {
      const { events, error } = await turn(model, { maxTokens })
      assert.equal(error, undefined)
      assert.equal(events.find(event => event.type === "finish")?.reason, "length")
      assert.doesNotMatch(text(events, "text") + text(events, "reasoning"), /<\||analysis|final/)
    }
  })

  test(`${name}: a call that couldn't be read may stand in the history`, async () => {
    const read = { recipient: "functions.read_file", channel: "commentary", contentType: "<|constrain|>json" }
    const messages: readonly Message[] = [
      ...chat,
      userMessage("What does src/amounts.ts do?"),
      { role: "assistant", ...read, content: "{path: src/amounts.ts" },
      fileResult("export function amounts(list: number[]): number {\n    return 0;\n}\n"),
    ]
    const { events, error } = await turn(model, { conversation: { messages } })
    assert.equal(error, undefined)
    assert.equal(events.at(-1)?.type, "finish")
  })
}

async function isBusy(): Promise<boolean> {
  return JSON.stringify(await server.get("/slots")).includes('"is_processing":true')
}

test("the probe finds that this server takes token ids, and that they are not o200k's", async () => {
  const support = await rawProbe({ baseUrl: server.baseUrl, key: undefined, model: "demo", signal: never })
  assert.deepEqual(support, { form: "llamaServer", vocabulary: "server" })
})

test("ghost text: an answer that is begun is gone on with", async () => {
  const model = rawDemo()
  let written = ""
  const request = {
    conversation: { messages: closure },
    prefill: "A closure is a function",
    maxTokens: 60,
    temperature: 0,
  }
  for await (const event of model.continueText?.(request, never) ?? [])
    if (event.type === "text") written += event.text
  assert.match(written, /^ together with the variables of the scope/)
})

test("a model that the server doesn't have: it answers with the one it has", async () => {
  assert.equal((await turn(chatModel({ model: "no-such-model" }), {})).error, undefined)
})

test("a wrong key is refused; the right one is taken", async () => {
  const locked = await startLlamaServer({ args: ["--api-key", "peer-key"] })
  const withKey = (key: string | undefined) => chatModel({ baseUrl: locked.baseUrl, apiKey: async () => key })
  assert.equal((await turn(withKey("wrong"), {})).error, "unauthorized")
  assert.equal((await turn(withKey(undefined), {})).error, "unauthorized")
  assert.equal((await turn(withKey("peer-key"), {})).error, undefined)
  await locked.stop()
})

test("asked while it still loads, it answers when it has loaded", async () => {
  const starting = await startLlamaServer({ waits: false })
  while (!(await answersAtAll(starting.root))) await new Promise(resolve => setTimeout(resolve, 5))
  const { events, error } = await turn(chatModel({ baseUrl: starting.baseUrl }), {})
  await starting.stop()
  assert.equal(error, undefined)
  assert.match(text(events, "text"), /^A closure/)
})

test("a server that is killed in mid-answer: what arrived is kept, and it is told", async () => {
  const dying = await startLlamaServer()
  const events: ModelEvent[] = []
  const ask = async () => {
    const model = chatModel({ baseUrl: dying.baseUrl })
    for await (const event of model.stream({ conversation: { messages: closure }, maxTokens: 300 }, never)) {
      events.push(event)
      if (event.type === "reasoning") await dying.stop()
    }
  }
  await assert.rejects(ask(), error => modelErrorOf(error).kind === "streamCut")
  assert.notEqual(text(events, "reasoning"), "")
})

test("the doctor finds what this server can, and what is wrong without a key", async () => {
  const memory = endpointMemory()
  const examined = await examine(server.baseUrl, memory)
  assert.equal(examined.status, "done")
  assert.deepEqual(
    examined.findings.filter(finding => finding.severity === "error"),
    [],
  )
  for (const passed of [
    "Streaming",
    "No leaked markup",
    "Reasoning field: reasoning_content",
    "Raw completions",
  ])
    assert.ok(examined.passed.includes(passed), `${passed}: ${examined.passed}`)
  const { reasoningField, contextWindow, rawCompletions } = memory.get(server.baseUrl, "demo")
  assert.deepEqual(
    [reasoningField, contextWindow, rawCompletions],
    ["reasoning_content", 2048, "llamaServer"],
  )

  const locked = await startLlamaServer({ args: ["--api-key", "peer-key"] })
  const refused = await examine(locked.baseUrl, endpointMemory())
  await locked.stop()
  assert.equal(refused.findings[0]?.severity, "error")
  assert.match(refused.findings[0]?.title ?? "", /key/i)
})

async function examine(baseUrl: string, memory: EndpointMemory): Promise<DoctorReport> {
  const probe = async (signal: AbortSignal) =>
    (await rawProbe({ baseUrl, key: undefined, model: "demo", signal }))?.form ?? null
  let report: DoctorReport | undefined
  const options = { baseUrl, model: "demo", key: undefined, preset, memory, signal: never }
  for await (const each of examineEndpoint({ ...options, now: Date.now, rawProbe: probe })) report = each
  return report ?? assert.fail("no report")
}

async function answersAtAll(root: string): Promise<boolean> {
  return fetch(`${root}/health`).then(
    () => true,
    () => false,
  )
}
