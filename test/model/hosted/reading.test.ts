import assert from "node:assert/strict"
import { test } from "node:test"
import { chatStream } from "../../../src/model/hosted/chatStream.ts"
import { reasoningMemory } from "../../../src/model/hosted/reasoningDetails.ts"
import type { Usage } from "../../../src/model/languageModel.ts"
import { delta, finished } from "../../support/scriptedEndpoint.ts"

const blocks = reasoningMemory()

/** What these chunks come to. */
function read(...chunks: readonly object[]) {
  let ids = 0
  const chat = chatStream({
    offered: ["read_file"],
    newId: () => `id${++ids}`,
    ticks: () => 0,
    startedAt: 0,
    promptTokens: () => 77,
    blocks,
  })
  const events = [...chunks.flatMap(chunk => chat.add(chunk)), ...chat.end()]
  const joined = (kind: "reasoning" | "text") =>
    events.map(event => (event.type === kind ? event.text : "")).join("")
  const usage = events.find(event => event.type === "usage")
  const finish = events.find(event => event.type === "finish")
  return {
    reasoning: joined("reasoning"),
    text: joined("text"),
    calls: events.flatMap(event => (event.type === "toolCall" ? [event.call.name] : [])),
    usage: usage?.usage,
    reason: finish?.reason,
    messages: finish?.messages ?? [],
    field: chat.reasoningField,
    refusal: chat.refusal,
  }
}

const done = finished()

for (const [fields, field] of [
  [{ reasoning: "Think." }, "reasoning"],
  [{ reasoning_content: "Think." }, "reasoning_content"],
  [{ thinking: "Think." }, null],
  [{ reasoning_text: "Think." }, null],
  [{ reasoning_summary: "Think." }, null],
  [{ reasoning_details: [{ type: "reasoning.text", text: "Think." }] }, "reasoning_details"],
  [{ reasoning_details: [{ type: "reasoning.summary", summary: "Think." }] }, "reasoning_details"],
  [{ reasoning: "Think.", reasoning_details: [{ type: "reasoning.text", text: "Think." }] }, "reasoning"],
  [{ reasoning: null, reasoning_content: "Think." }, "reasoning_content"],
  [{ reasoning: "", reasoning_content: "Think.", thinking: "Think." }, "reasoning_content"],
] as const)
  test(`reasoning of ${JSON.stringify(fields)} is read once, and its field is ${field}`, () => {
    const turn = read(delta({ content: null, ...fields }), done)
    assert.deepEqual([turn.reasoning, turn.text, turn.field], ["Think.", "", field])
  })

test("reasoning blocks are kept whole and in order, beside the turn's first message", () => {
  const piece = (fields: object) => delta({ reasoning_details: [fields] })
  const { messages } = read(
    piece({ type: "reasoning.text", index: 0, text: "Thi", format: "unknown" }),
    piece({ type: "reasoning.text", index: 0, text: "nk." }),
    piece({ type: "reasoning.text", index: 0, signature: "s" }),
    piece({ type: "reasoning.encrypted", index: 1, data: "abc", id: "e1" }),
    piece({ type: "reasoning.text", index: 2, text: "More." }),
    delta({ tool_calls: [{ index: 0, function: { name: "read_file", arguments: "{}" } }] }),
    finished("tool_calls"),
  )
  const [first] = messages
  assert.ok(first?.channel === "analysis" && first.content === "Think.More.")
  assert.deepEqual(blocks.of(first), [
    { type: "reasoning.text", index: 0, text: "Think.", format: "unknown", signature: "s" },
    { type: "reasoning.encrypted", index: 1, data: "abc", id: "e1" },
    { type: "reasoning.text", index: 2, text: "More." },
  ])
})

const openAiUsage = {
  prompt_tokens: 900,
  completion_tokens: 12,
  prompt_tokens_details: { cached_tokens: 800 },
  completion_tokens_details: { reasoning_tokens: 7 },
}
const full: Usage = {
  promptTokens: 900,
  reusedTokens: 800,
  generatedTokens: 12,
  reasoningTokens: 7,
  firstTokenMs: 0,
  generationMs: 0,
}
const bare: Usage = { promptTokens: 5, reusedTokens: 0, generatedTokens: 2, firstTokenMs: 0, generationMs: 0 }
const few = { prompt_tokens: 5, completion_tokens: 2 }
const hi = delta({ content: "Hello there." })

for (const [name, chunks, expected] of [
  ["in a chunk of its own", [hi, done, { choices: [], usage: openAiUsage }], full],
  ["with the finish", [hi, { ...done, usage: few }], bare],
  ["before the finish", [{ ...hi, usage: few }, done], bare],
  [
    "in several chunks: the last counts",
    [hi, { ...done, usage: few }, { choices: [], usage: openAiUsage }, { choices: [], usage: null }],
    full,
  ],
  ["under x_groq", [hi, { ...done, x_groq: { id: "x", usage: few } }], bare],
  [
    "OpenRouter's, with cost and provider",
    [
      { ...hi, provider: "DeepInfra" },
      done,
      { choices: [], provider: "DeepInfra", usage: { ...openAiUsage, cost: 0.0004, is_byok: false } },
    ],
    { ...full, cost: 0.0004, provider: "DeepInfra" },
  ],
  [
    "llama-server's, with what its cache held",
    [hi, done, { choices: [], usage: few, timings: { cache_n: 4, prompt_n: 1, predicted_n: 2 } }],
    { ...bare, reusedTokens: 4 },
  ],
  [
    "llama-server's timings alone",
    [hi, { ...done, timings: { cache_n: 4, prompt_n: 1, predicted_n: 2 } }],
    { ...bare, reusedTokens: 4 },
  ],
  [
    "nowhere: an estimate, and marked",
    [hi, done],
    { ...bare, promptTokens: 77, generatedTokens: 3, isEstimate: true },
  ],
  [
    "in no form that can be meant: an estimate",
    [hi, { ...done, usage: { prompt_tokens: "many" } }],
    { ...bare, promptTokens: 77, generatedTokens: 3, isEstimate: true },
  ],
  [
    "negative and broken numbers are none",
    [hi, { ...done, usage: { prompt_tokens: -5, completion_tokens: 2, cost: -1 } }],
    { ...bare, promptTokens: 0 },
  ],
] as const)
  test(`usage ${name}`, () => assert.deepEqual(read(...chunks).usage, expected))

test("a provider's name that is no name is left out", () => {
  const { usage } = read({ ...hi, provider: "a\nb" }, done)
  assert.ok(usage !== undefined && !("provider" in usage))
})

const call = { index: 0, id: "a", function: { name: "read_file", arguments: "{}" } }

for (const [name, chunks, expected] of [
  ["stop with calls", [delta({ tool_calls: [call] }), finished("stop")], ["calls", ["read_file"]]],
  [
    "calls after the finish",
    [finished("tool_calls"), delta({ tool_calls: [call] })],
    ["calls", ["read_file"]],
  ],
  [
    "the old way",
    [delta({ function_call: { name: "read_file", arguments: "{}" } }), finished("function_call")],
    ["calls", ["read_file"]],
  ],
  [
    "everything in one chunk",
    [
      {
        choices: [
          { delta: { reasoning: "r", content: "t", tool_calls: [call] }, finish_reason: "tool_calls" },
        ],
      },
    ],
    ["calls", ["read_file"]],
  ],
  [
    "a whole message",
    [{ choices: [{ message: { content: "t", tool_calls: [call] }, finish_reason: "stop" }] }],
    ["calls", ["read_file"]],
  ],
  [
    "null everywhere",
    [delta({ content: null, tool_calls: null, reasoning: null, function_call: null }), finished("stop")],
    ["empty", []],
  ],
  ["reasoning alone", [delta({ content: null, reasoning: "r" }), finished("stop")], ["empty", []]],
  [
    "content in parts",
    [delta({ content: [{ type: "text", text: "a" }, "b"] }), finished("stop")],
    ["stop", []],
  ],
  [
    "no choices, no delta, nonsense",
    [{}, { choices: null }, { choices: [null] }, { choices: [{ delta: 7 }] }, finished("stop")],
    ["empty", []],
  ],
] as const)
  test(`${name} → ${expected[0]}`, () => {
    const { reason, calls } = read(...chunks)
    assert.deepEqual([reason, calls], expected)
  })

test("Groq's word in passing that it stopped early is an error", () => {
  const { refusal } = read(hi, { ...done, x_groq: { error: "over capacity" } })
  assert.deepEqual(refusal, { reason: "error", said: "over capacity" })
})
