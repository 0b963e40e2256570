// R32: chat and ghost text for as long as OSPREY_SOAK_MINUTES says (20), and what grows meanwhile: memory and handles
// of the model process and of this one. The slopes are printed; growth that a day would feel fails.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import type { LanguageModel, ModelEvent } from "../../src/model/languageModel.ts"
import { chat, said, user } from "../support/demoConversation.ts"
import { localDemoModel } from "../support/localDemoModel.ts"
import { never, startRuntime } from "../support/runtimeTest.ts"

const minutes = Number(process.env.OSPREY_SOAK_MINUTES ?? 20)

/** Of the time, in which caches fill and memory is reserved; not counted. */
const warmUp = 0.25

/** Over the rest of the run, however long it is. */
const tolerated = { megabytes: 24, handles: 3 }

type Sample = { readonly hours: number; readonly megabytes: number; readonly handles: number }

test(`a soak of ${minutes} minutes: memory and handles stay where they were`, {
  skip: process.platform !== "linux" && "reads /proc",
}, async t => {
  const runtime = startRuntime()
  const model = localDemoModel(runtime)
  await round(model, 0)
  const { pid = 0 } = runtime
  const samples: Record<string, Sample[]> = { "model process": [], "this process": [] }
  const start = performance.now()
  const passed = () => (performance.now() - start) / (minutes * 60_000)
  let rounds = 0
  while (passed() < 1) {
    await round(model, ++rounds)
    if (passed() < warmUp) continue
    const hours = (performance.now() - start) / 3_600_000
    samples["model process"]?.push({ hours, ...sizes(pid) })
    samples["this process"]?.push({ hours, ...sizes(process.pid) })
  }
  assert.equal(runtime.pid, pid, "the model process was started anew")
  t.diagnostic(`${rounds} rounds`)
  for (const [name, own] of Object.entries(samples)) {
    const grown = growth(own)
    t.diagnostic(
      `${name}: ${grown.megabytes.toFixed(1)} MB and ${grown.handles.toFixed(1)} handles in ${grown.hours.toFixed(2)} h, ` +
        `${(grown.megabytes / grown.hours).toFixed(1)} MB/h, from ${own[0]?.megabytes.toFixed(0)} MB`,
    )
    assert.ok(grown.megabytes < tolerated.megabytes, `${name} grew by ${grown.megabytes.toFixed(1)} MB`)
    assert.ok(grown.handles < tolerated.handles, `${name} holds ${grown.handles.toFixed(1)} more handles`)
  }
  await runtime.stop()
})

/** A conversation of two turns, a cancelled one, and ghost text. */
async function round(model: LanguageModel, number: number): Promise<void> {
  const first = [...chat, user("What is a closure?")]
  const answer = await turn(model, first)
  assert.match(said(answer, "text"), /^A closure is a function/)
  const finish = answer.find(event => event.type === "finish")
  await turn(model, [...first, ...(finish?.messages ?? []), user("Thanks")])
  for await (const event of model.stream(request([...chat, user(`What is git? ${number}`)]), never))
    if (event.type === "reasoning") break
  assert.ok(model.continueText)
  const ghostText = { ...request([...chat, user("Complete src/a.ts")]), maxTokens: 20 }
  const prefill = `const value${number} = 1\nfor (let i = 0; i < items.length; i++) {\n`
  for await (const _ of model.continueText({ ...ghostText, prefill }, never));
}

async function turn(
  model: LanguageModel,
  messages: ReturnType<typeof request>["conversation"]["messages"],
): Promise<readonly ModelEvent[]> {
  const events: ModelEvent[] = []
  for await (const event of model.stream(request(messages), never)) events.push(event)
  return events
}

function request(messages: Parameters<LanguageModel["countTokens"]>[0]["messages"]) {
  return { conversation: { messages }, maxTokens: 300 }
}

function sizes(pid: number): { readonly megabytes: number; readonly handles: number } {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1])
  return { megabytes: (pages * 4096) / 1e6, handles: readdirSync(`/proc/${pid}/fd`).length }
}

/** By the straight line through the samples that errs least. */
function growth(samples: readonly Sample[]): Sample {
  const hours = (samples.at(-1)?.hours ?? 0) - (samples[0]?.hours ?? 0)
  const by = (size: (sample: Sample) => number) =>
    slope(samples.map(each => [each.hours, size(each)])) * hours
  return { hours, megabytes: by(each => each.megabytes), handles: by(each => each.handles) }
}

function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const covariance = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0)
  return covariance / points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0)
}
