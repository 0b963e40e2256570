// Thinking that goes on for too long is ended, and the answer follows.
import assert from "node:assert/strict"
import { after, test } from "node:test"
import type { Message } from "../../../src/harmony/message.ts"
import type { ModelEvent } from "../../../src/model/languageModel.ts"
import { analysisBudget, forcedAnswer } from "../../../src/model/local/analysisBudget.ts"
import { localModel } from "../../../src/model/local/localModel.ts"
import { runtimeProcess } from "../../../src/model/local/runtimeProcess.ts"
import { chat, said, user } from "../../support/demoConversation.ts"
import { localDemoModel } from "../../support/localDemoModel.ts"
import { never, startRuntime } from "../../support/runtimeTest.ts"
import { scriptedChild } from "../../support/scriptedChild.ts"

const runtime = startRuntime()
after(() => runtime.stop())

/**
 * The model repeats the path in its thought. A short thought comes whole in one message (pieces are sent every 16 ms),
 * and there is nothing left to cut.
 */
const question = `What does src/${"moss/fern/lichen/".repeat(20)}heath.ts do?`

const maxTokens = 500

const impatient = localDemoModel(runtime, { analysisBudgets: { low: 1, medium: 1, high: 1 } })

async function turn(messages: readonly Message[], model = impatient): Promise<readonly ModelEvent[]> {
  const events: ModelEvent[] = []
  for await (const event of model.stream({ conversation: { messages }, maxTokens }, never)) events.push(event)
  return events
}

test("cut short, the thought ends, the answer is there and says that it was cut; the next turn is in order", async () => {
  const messages = [...chat, user(question)]
  const whole = said(await turn(messages, localDemoModel(runtime)), "reasoning")
  const events = await turn([...messages])
  const thought = said(events, "reasoning")
  assert.ok(thought !== "" && thought.length < whole.length && whole.startsWith(thought), thought)
  assert.match(said(events, "text"), /\w{3}/)
  // The demo model never learnt to answer after half a thought: it may slip, call a tool, or go on until it is stopped.
  const cuts = events.filter(event => event.type === "problem" && event.code === "analysis_cut")
  assert.equal(cuts.length, 1)
  const finish = events.find(event => event.type === "finish")
  assert.ok(finish !== undefined)
  assert.deepEqual(
    finish.messages.slice(0, 2).map(({ channel }) => channel),
    ["analysis", "final"],
  )
  const usage = events.find(event => event.type === "usage")?.usage
  assert.ok(usage !== undefined)
  // The first reading counts, not the second, which found nearly everything read.
  assert.equal(usage.reusedTokens, 0)
  assert.ok(usage.generatedTokens > 3, JSON.stringify(usage))
  const waits = events.findLastIndex(event => event.type === "waiting")
  assert.ok(
    waits < events.findIndex(event => event.type === "reasoning"),
    "it seemed to read the prompt twice",
  )

  const next = await turn([...messages, ...finish.messages, user("Thanks")], localDemoModel(runtime))
  assert.match(said(next, "text"), /\w{3}/)
})

test("the model is asked to go on from its own tokens, in the answer's channel", async t => {
  const mainPath = await scriptedChild(
    t,
    `const text = (id, text) => reply({ type: "pieces", id, pieces: [{ text, token: 7 }] })
    const control = (id, control) => reply({ type: "pieces", id, pieces: [{ control, token: 9 }] })
    const message = (id, channel) => (control(id, "channel"), text(id, channel), control(id, "message"))
    let asked = 0
    onRequest = ({ type, id, segments, begun, maxTokens }) => {
      if (type === "load") reply(loaded(id))
      if (type !== "generate") return
      reply({ type: "prompt", id, done: 40, total: 100 })
      if (asked++ === 0) {
        message(id, "analysis")
        for (let word = 0; word < 50; word++) text(id, "hm ")
        return
      }
      control(id, "end"), control(id, "start"), text(id, "assistant"), message(id, "final")
      text(id, JSON.stringify({ own: segments.at(-1).tokens, begun, maxTokens }))
      control(id, "return")
      reply({ ...done(id), promptTokens: 120, reusedTokens: 110, generatedTokens: 2 })
    }`,
  )
  const runtime = runtimeProcess({ mainPath })
  const model = localDemoModel(runtime, { analysisBudgets: { low: 10, medium: 10, high: 10 } })
  const events = await turn([...chat, user("Hello")], model)
  assert.equal(said(events, "reasoning"), "hm ".repeat(10))
  const { own, begun, maxTokens: left } = JSON.parse(said(events, "text"))
  assert.deepEqual(own, [9, 7, 9, ...Array(10).fill(7)])
  assert.deepEqual(begun, forcedAnswer)
  assert.equal(left, maxTokens - 13)
  const usage = events.find(event => event.type === "usage")?.usage
  assert.deepEqual([usage?.promptTokens, usage?.reusedTokens, usage?.generatedTokens], [100, 40, 15])
  assert.equal(events.find(event => event.type === "finish")?.reason, "stop")
  await runtime.stop()
})

test("in the context that the product takes the efforts differ", () => {
  const { outputLimit } = localModel({
    ...{ runtime, modelPath: "/models/gpt-oss-20b.gguf", label: "gpt-oss-20b" },
    ...{ contextSize: 16_384, threads: 1, gpu: false, temperature: 1 },
  }).description
  assert.equal(outputLimit, 12_288)
})

test("a thought within its budget is left alone", async () => {
  const events = await turn([...chat, user("What is a closure?")], localDemoModel(runtime))
  assert.equal(said(events, "reasoning"), "A general question, no tool needed.")
  assert.ok(!events.some(event => event.type === "problem"))
})

test("the budget follows the effort, in a small context too, and leaves room for the answer", () => {
  const withEffort = (reasoningEffort?: "low" | "medium" | "high") => ({
    messages: [
      {
        role: "system",
        content: { system: reasoningEffort === undefined ? {} : { reasoningEffort } },
      } as const,
      user("Hello"),
    ],
  })
  const budgets = (room: number) =>
    (["low", "medium", "high", undefined] as const).map(effort => analysisBudget(withEffort(effort), room))
  assert.deepEqual(budgets(100_000), [2048, 8192, 24_576, 8192])
  assert.deepEqual(budgets(4096), [1024, 2048, 3072, 2048])
})
