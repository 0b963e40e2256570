// What is noted of an answer, and that the stream stays what it was.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { ToolCall } from "../../src/harmony/message.ts"
import type { ContinueEvent, LanguageModel, ModelEvent, Usage } from "../../src/model/languageModel.ts"
import { type ModelObservation, observedModel } from "../../src/model/observedModel.ts"

const usage: Usage = {
  promptTokens: 100,
  reusedTokens: 0,
  generatedTokens: 50,
  firstTokenMs: 300,
  generationMs: 1000,
  cost: 0.01,
}
const text: ModelEvent = { type: "text", text: "Hi", tokens: 1 }
const finish: ModelEvent = { type: "finish", reason: "stop", messages: [] }
const request = { conversation: { messages: [] }, maxTokens: 10 }
const { signal } = new AbortController()

function call(parts: Partial<ToolCall>): ModelEvent {
  return {
    type: "toolCall",
    call: { id: "1", name: "read_file", arguments: {}, rawArguments: "{}", problems: [], ...parts },
  }
}

/** A model that says these events, and fails at the end if told so. */
function saying(events: readonly ModelEvent[], failure?: Error): LanguageModel {
  return {
    description: {
      id: "m",
      label: "m",
      where: "hosted",
      contextWindow: 1000,
      outputLimit: 100,
      abilities: { tools: true, continueText: false },
    },
    async *stream() {
      yield* events
      if (failure !== undefined) throw failure
    },
    countTokens: async () => 7,
  }
}

async function noted(events: readonly ModelEvent[], failure?: Error) {
  const notes: ModelObservation[] = []
  const passed: ModelEvent[] = []
  try {
    for await (const event of observedModel(saying(events, failure), seen => notes.push(seen)).stream(
      request,
      signal,
    ))
      passed.push(event)
  } catch (error) {
    assert.equal(error, failure)
  }
  return { notes, passed }
}

test("the stream passes through, object for object", async () => {
  const events = [text, call({}), { type: "usage", usage } as const, finish]
  const { passed } = await noted(events)
  assert.deepEqual(passed.length, events.length)
  assert.ok(passed.every((event, at) => event === events[at]))
})

test("an answer is one note: calls, those that were not as they should be, faults, usage", async () => {
  const { notes } = await noted([
    call({}),
    call({ problems: ["repaired_arguments"] }),
    call({ arguments: null, problems: ["bad_arguments"] }),
    { type: "problem", code: "repaired_arguments" },
    { type: "problem", code: "bad_arguments" },
    { type: "problem", code: "bad_arguments" },
    { type: "usage", usage },
    finish,
  ])
  assert.deepEqual(notes, [
    {
      answered: true,
      toolCalls: 3,
      malformedCalls: 2,
      problems: ["repaired_arguments", "bad_arguments"],
      usage,
    },
  ])
})

test("what fails on the way is noted as far as it came, and stays a failure", async () => {
  const { notes } = await noted([text, { type: "problem", code: "stray_text" }], new Error("cut"))
  assert.deepEqual(notes, [{ answered: false, toolCalls: 0, malformedCalls: 0, problems: ["stray_text"] }])
})

test("a request that brought nothing leaves no note", async () => {
  assert.deepEqual((await noted([], new Error("refused"))).notes, [])
})

test("leaving the loop cancels the model and is noted", async () => {
  let cancelled = false
  const model: LanguageModel = {
    ...saying([]),
    async *stream() {
      try {
        yield call({})
        yield text
      } finally {
        cancelled = true
      }
    },
  }
  const notes: ModelObservation[] = []
  for await (const _ of observedModel(model, seen => notes.push(seen)).stream(request, signal)) break
  assert.deepEqual([cancelled, notes.map(note => note.answered)], [true, [false]])
})

test("ghost text is there only where the model has it; its cost counts, as no answer", async () => {
  assert.equal(observedModel(saying([]), () => {}).continueText, undefined)
  const events: readonly ContinueEvent[] = [
    { type: "text", text: "x", tokens: 1 },
    { type: "usage", usage },
  ]
  const notes: ModelObservation[] = []
  const model: LanguageModel = {
    ...saying([]),
    async *continueText() {
      yield* events
    },
  }
  const observed = observedModel(model, seen => notes.push(seen))
  const passed: ContinueEvent[] = []
  for await (const event of observed.continueText?.({ ...request, prefill: "" }, signal) ?? [])
    passed.push(event)
  assert.deepEqual(passed, events)
  assert.deepEqual(notes, [{ answered: false, toolCalls: 0, malformedCalls: 0, problems: [], usage }])
  assert.equal(await observed.countTokens({ messages: [] }), 7)
})
