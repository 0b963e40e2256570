// The whole local path on the demo model: conversation in, events out, through a real child process.
import assert from "node:assert/strict"
import path from "node:path"
import { after, beforeEach, test } from "node:test"
import type { Message } from "../../../src/harmony/message.ts"
import type { LanguageModel, ModelEvent, Usage } from "../../../src/model/languageModel.ts"
import { localModel } from "../../../src/model/local/localModel.ts"
import type { RuntimeProcess } from "../../../src/model/local/runtimeProcess.ts"
import { ModelError } from "../../../src/model/modelError.ts"
import { chat, fileResult, said, user } from "../../support/demoConversation.ts"
import { demoModelPath, isAlive, never, startRuntime } from "../../support/runtimeTest.ts"

const closure =
  "A closure is a function together with the variables of the scope in which it was created. " +
  "It can use them even after that scope has ended."

const shared = startRuntime()
const model = demoModel(shared)
let messages: readonly Message[]
beforeEach(() => {
  messages = chat
})
after(() => shared.stop())

function demoModel(runtime: RuntimeProcess, modelPath = demoModelPath, contextSize = 4096): LanguageModel {
  const options = { label: "Demo model", contextSize, threads: 1, gpu: false, temperature: 0 }
  return localModel({ runtime, modelPath, ...options })
}

type Turn = {
  readonly events: readonly ModelEvent[]
  readonly text: string
  readonly reasoning: string
  readonly usage: Usage | undefined
  readonly finish: Extract<ModelEvent, { type: "finish" }> | undefined
}

/** Asks for the next turn and takes its messages into the conversation. */
async function turn(
  asked: LanguageModel = model,
  options: { readonly maxTokens?: number } = {},
): Promise<Turn> {
  const events: ModelEvent[] = []
  const request = { conversation: { messages }, maxTokens: options.maxTokens ?? 300 }
  for await (const event of asked.stream(request, never)) events.push(event)
  const finish = events.find(event => event.type === "finish")
  messages = [...messages, ...(finish?.messages ?? [])]
  return {
    events,
    text: said(events, "text"),
    reasoning: said(events, "reasoning"),
    usage: events.find(event => event.type === "usage")?.usage,
    finish,
  }
}

function ask(text: string): void {
  messages = [...messages, user(text)]
}

test("a question is answered: loading, reading, reasoning, text, usage, finish, in this order", async () => {
  const runtime = startRuntime()
  ask("What is a closure?")
  const { events, text, reasoning, usage, finish } = await turn(demoModel(runtime))
  assert.equal(text, closure)
  assert.equal(reasoning, "A general question, no tool needed.")
  assert.deepEqual(
    finish?.messages.map(({ channel, content }) => [channel, content]),
    [
      ["analysis", reasoning],
      ["final", closure],
    ],
  )
  assert.equal(finish?.reason, "stop")
  const kinds = events.map(event => (event.type === "waiting" ? event.stage : event.type))
  const order = ["loading", "reading", "reasoning", "text", "usage", "finish"]
  assert.deepEqual([...new Set(kinds)], order)
  assert.deepEqual(
    kinds,
    kinds.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
  )
  assert.equal(usage?.reusedTokens, 0)
  const counted = events.reduce((sum, event) => sum + ("tokens" in event ? event.tokens : 0), 0)
  assert.ok(counted > 40 && counted <= (usage?.generatedTokens ?? 0), `${counted} tokens shown`)
  await runtime.stop()
})

test("a tool is called, its result is read, and the answer quotes it; each turn evaluates only what is new", async () => {
  ask("What does src/cart.ts do?")
  const calling = await turn()
  assert.equal(calling.finish?.reason, "calls")
  const call = calling.events.find(event => event.type === "toolCall")?.call
  assert.equal(call?.name, "read_file")
  assert.deepEqual(call.arguments, { path: "src/cart.ts" })
  messages = [
    ...messages,
    fileResult(
      "export function orderTotal(prices: number[]): number {\n  let total = 0\n  for (const price of prices) {\n    total += price\n  }\n  return total\n}\n",
    ),
  ]
  const answering = await turn()
  assert.match(answering.text, /export function orderTotal\(prices: number\[\]\): number \{/)
  assert.equal(answering.finish?.reason, "stop")
  const [first, second] = [calling.usage, answering.usage]
  assert.ok(first !== undefined && second !== undefined)
  // Everything the model read and wrote, but for the stop token that it wrote last.
  assert.equal(second.reusedTokens, first.promptTokens + first.generatedTokens - 1)

  ask("What is a closure?")
  const third = await turn()
  assert.ok(third.text.startsWith("A closure is a function"), third.text)
  // The analysis before the last answer is dropped, so the prefix ends where that turn began.
  assert.ok((third.usage?.reusedTokens ?? 0) >= first.promptTokens, JSON.stringify(third.usage))
})

test("a conversation of several turns: what came before the last answer is never evaluated again", async () => {
  const prompts: number[] = []
  for (const question of ["What is git?", "What is JSON?", "Thanks", "What is recursion?"]) {
    ask(question)
    const { usage, finish } = await turn()
    assert.equal(finish?.reason, "stop")
    const before = prompts.at(-2)
    if (before !== undefined)
      assert.ok((usage?.reusedTokens ?? 0) >= before, JSON.stringify({ usage, before }))
    prompts.push(usage?.promptTokens ?? 0)
  }
})

test("a history without remembered tokens (after a reload) gives the same answer", async () => {
  ask("What is git?")
  await turn()
  ask("What is a closure?")
  messages = structuredClone(messages)
  assert.equal((await turn()).text, closure)
})

test("an answer that is cut says so", async () => {
  ask("What is a closure?")
  const { finish, text } = await turn(model, { maxTokens: 30 })
  assert.equal(finish?.reason, "length")
  assert.ok(text.length > 0 && closure.startsWith(text))
})

test("an abort ends the stream without a finish; the next turn is right", async () => {
  ask("What is a closure?")
  const stop = new AbortController()
  const seen: ModelEvent[] = []
  for await (const event of model.stream({ conversation: { messages }, maxTokens: 300 }, stop.signal)) {
    seen.push(event)
    if (event.type === "reasoning") stop.abort()
  }
  assert.ok(!seen.some(event => event.type === "finish" || event.type === "usage"))
  assert.equal((await turn()).text, closure)
})

test("leaving the loop is a cancel too", async () => {
  ask("What is a closure?")
  for await (const event of model.stream({ conversation: { messages }, maxTokens: 4000 }, never))
    if (event.type === "reasoning") break
  assert.equal((await turn()).text, closure)
})

test("killed in mid-answer: the events so far, one error, and the next message works", async () => {
  const runtime = startRuntime()
  const asked = demoModel(runtime)
  ask("What is a closure?")
  const seen: ModelEvent[] = []
  const answer = async () => {
    for await (const event of asked.stream({ conversation: { messages }, maxTokens: 300 }, never)) {
      seen.push(event)
      if (event.type === "reasoning" && runtime.pid !== undefined) process.kill(runtime.pid, "SIGKILL")
    }
  }
  await assert.rejects(answer, { name: "ModelError", kind: "runtimeEnded" })
  assert.ok(seen.some(event => event.type === "reasoning"))
  assert.equal((await turn(asked)).text, closure)
  await runtime.stop()
})

test("killed while idle, nobody notices", async () => {
  const runtime = startRuntime()
  const asked = demoModel(runtime)
  ask("What is a closure?")
  await turn(asked)
  await runtime.stop()
  messages = chat
  ask("What is a closure?")
  assert.equal((await turn(asked)).text, closure)
  await runtime.stop()
})

test("two requests at once load the model once and both get their answer", async () => {
  const runtime = startRuntime()
  const asked = demoModel(runtime)
  const one = async (question: string) => {
    const conversation = { messages: [...chat, user(question)] }
    const events: ModelEvent[] = []
    for await (const event of asked.stream({ conversation, maxTokens: 300 }, never)) events.push(event)
    return said(events, "text")
  }
  const [first, second] = await Promise.all([one("What is a closure?"), one("Thanks")])
  assert.equal(first, closure)
  assert.equal(second, "You are welcome!")
  await runtime.stop()
})

for (const [what, modelPath, kind] of [
  ["a missing file", "/nowhere/absent.gguf", "modelMissing"],
  ["a folder", path.dirname(demoModelPath), "modelBroken"],
  ["a file of another kind", path.join(path.dirname(demoModelPath), "icon.png"), "modelBroken"],
] as const)
  test(`${what} is one ModelError of kind ${kind} that names the file`, async () => {
    const runtime = startRuntime()
    ask("Hello")
    await assert.rejects(turn(demoModel(runtime, modelPath)), error => {
      assert.ok(error instanceof Error && "kind" in error && "detail" in error)
      assert.equal(error.kind, kind)
      assert.match(JSON.stringify(error.detail), new RegExp(`"subject":"${path.basename(modelPath)}"`))
      return true
    })
    await runtime.stop()
  })

test("a conversation that doesn't fit is contextFull, with what it needs and what there is", async () => {
  const runtime = startRuntime()
  ask("too long ".repeat(1000))
  await assert.rejects(turn(demoModel(runtime, demoModelPath, 1024)), error => {
    assert.ok(error instanceof ModelError && error.kind === "contextFull")
    assert.equal(error.detail.tokens?.available, 1024)
    assert.ok((error.detail.tokens?.needed ?? 0) > 2000, JSON.stringify(error.detail))
    return true
  })
  await runtime.stop()
})

test("counting starts nothing; once the model is there it counts exactly what is fed", async () => {
  const runtime = startRuntime()
  const asked = demoModel(runtime)
  ask("What is a closure?")
  const conversation = { messages }
  const guess = await asked.countTokens(conversation)
  assert.equal(runtime.pid, undefined)
  const { usage } = await turn(asked)
  assert.equal(await asked.countTokens(conversation), usage?.promptTokens)
  assert.ok(guess > 0)
  const pid = runtime.pid ?? 0
  await runtime.stop()
  assert.equal(await asked.countTokens(conversation), guess)
  assert.ok(!isAlive(pid))
})
