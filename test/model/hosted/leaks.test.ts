import assert from "node:assert/strict"
import path from "node:path"
import { test } from "node:test"
import type { Message } from "../../../src/harmony/message.ts"
import { chatStream } from "../../../src/model/hosted/chatStream.ts"
import type { ModelEvent } from "../../../src/model/languageModel.ts"
import { randomFrom } from "../../demo-model/random.ts"
import { readVectors } from "../../harmony/vectorFile.ts"
import { delta, finished } from "../../support/scriptedEndpoint.ts"

const offered = ["read_file", "search_text", "edit_file", "run_command", "list_problems"]

function stream() {
  let ids = 0
  return chatStream({
    offered,
    newId: () => `id${++ids}`,
    ticks: () => 0,
    startedAt: 0,
    promptTokens: () => 0,
  })
}

/** What the user sees of a content that comes in these pieces, and what it came to. */
function read(pieces: readonly string[], reason = "stop") {
  const chat = stream()
  const live = pieces.flatMap(content => chat.add(delta({ content })))
  chat.add(finished(reason))
  return { live: joined(live, "text"), ...told([...live, ...chat.end()]) }
}

function joined(events: readonly ModelEvent[], kind: "reasoning" | "preamble" | "text"): string {
  return events.map(event => (event.type === kind ? event.text : "")).join("")
}

function told(events: readonly ModelEvent[]) {
  const finish = events.find(event => event.type === "finish")
  return {
    reasoning: joined(events, "reasoning"),
    preamble: joined(events, "preamble"),
    text: joined(events, "text"),
    calls: events.flatMap(event =>
      event.type === "toolCall" ? [{ name: event.call.name, arguments: event.call.arguments }] : [],
    ),
    problems: events.flatMap(event => (event.type === "problem" ? [event.code] : [])),
    reason: finish?.reason,
    messages: finish?.messages.map(line),
  }
}

/** "analysis: …", "functions.read_file(commentary): {…}". */
function line({ channel, recipient, content }: Message): string {
  return recipient === undefined ? `${channel}: ${content}` : `${recipient}(${channel}): ${content}`
}

const leaks = {
  whole:
    "<|channel|>analysis<|message|>Think.<|end|><|start|>assistant<|channel|>final<|message|>Done.<|return|>",
  call: 'I look.<|end|><|start|>assistant<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{"path":"a.ts"}<|call|>',
  words: 'analysisI need it.assistantcommentary to=functions.read_file json{"path":"a.ts"}',
  stop: "It is `x`.<|return|>",
  unknown: "<|channel|>commentary to=python<|message|>print(1)<|call|>",
}

for (const [name, text, expected] of [
  [
    "a whole answer in raw Harmony",
    leaks.whole,
    {
      live: "",
      reasoning: "Think.",
      text: "Done.",
      problems: ["leaked_markup"],
      reason: "stop",
      messages: ["analysis: Think.", "final: Done."],
    },
  ],
  [
    "a call behind the words to the user",
    leaks.call,
    {
      live: "I look.",
      text: "I look.",
      calls: [{ name: "read_file", arguments: { path: "a.ts" } }],
      problems: ["leaked_markup"],
      reason: "calls",
      messages: ["commentary: I look.", 'functions.read_file(commentary): {"path":"a.ts"}'],
    },
  ],
  [
    "words without their tokens",
    leaks.words,
    {
      live: "",
      reasoning: "I need it.",
      text: "",
      calls: [{ name: "read_file", arguments: { path: "a.ts" } }],
      problems: ["leaked_words"],
      reason: "calls",
      messages: ["analysis: I need it.", 'functions.read_file(commentary): {"path":"a.ts"}'],
    },
  ],
  [
    "a stop token at the end",
    leaks.stop,
    {
      live: "It is `x`.",
      text: "It is `x`.",
      problems: ["leaked_markup"],
      reason: "stop",
      messages: ["final: It is `x`."],
    },
  ],
  [
    "a call of a tool that nobody offered",
    leaks.unknown,
    {
      live: "",
      text: "",
      calls: [{ name: "python", arguments: null }],
      problems: ["bad_arguments", "leaked_markup", "unknown_tool"],
      reason: "calls",
      messages: ["functions.python(commentary): print(1)"],
    },
  ],
] as const)
  test(`${name} is read, at every split, and no marker is ever shown`, () => {
    const whole = { reasoning: "", preamble: "", calls: [], ...expected }
    for (let at = 0; at <= text.length; at++)
      assert.deepEqual(read([text.slice(0, at), text.slice(at)]), whole, `cut at ${at}`)
    assert.deepEqual(read([...text]), whole, "character by character")
  })

for (const text of [
  "In Harmony, `<|start|>assistant<|channel|>final<|message|>` opens the answer.",
  "```\n<|start|>assistant<|channel|>final<|message|>x<|return|>\n```",
  "The tokens <|start|> and <|channel|> exist.",
  "Every message begins with <|start|>assistant and so on.",
  "analysis of assistantfinal",
  "analysis.ts holds it.",
  "a <b> c <|",
  "  \n",
])
  test(`${JSON.stringify(text)} only speaks about the format and is shown as it is`, () => {
    for (const pieces of [[text], [...text]]) {
      const { text: shown, problems, reason } = read(pieces)
      assert.deepEqual([shown, problems.includes("leaked_markup")], [text, false])
      assert.equal(reason, text.trim() === "" ? "empty" : "stop")
    }
  })

test("the golden vectors of leaks come out the same through a stream, however it is cut", async () => {
  const folder = path.resolve(import.meta.dirname, "../../vectors/harmony")
  const vectors = (await readVectors(folder)).filter(vector => vector.kind === "leak")
  assert.ok(vectors.length >= 8)
  const random = randomFrom(3)
  for (const { name, text, expected } of vectors)
    for (let round = 0; round < 20; round++) {
      const at = random.whole(0, text.length)
      const turn = read([text.slice(0, at), text.slice(at)])
      assert.equal(turn.reasoning, expected.reasoning, name)
      assert.equal(turn.text, [...expected.preambles, expected.final ?? ""].join(""), name)
      assert.deepEqual(turn.calls, expected.calls, name)
      assert.deepEqual(turn.problems.toSorted(), expected.problems.toSorted(), name)
    }
})

test("a call that the server read and leaked is run once", () => {
  const chat = stream()
  const call = { index: 0, function: { name: "read_file", arguments: '{"path":"a.ts"}' } }
  chat.add(delta({ content: leaks.call }))
  chat.add(delta({ tool_calls: [call] }))
  chat.add(finished("tool_calls"))
  const { calls, messages } = told(chat.end())
  assert.equal(calls.length, 1)
  assert.deepEqual(messages, ["commentary: I look.", 'functions.read_file(commentary): {"path":"a.ts"}'])
})

test("what was held of a stream that was cut is shown, its calls aren't told", () => {
  const cut = (text: string) => {
    const chat = stream()
    const live = chat.add(delta({ content: text }))
    return told([...live, ...chat.rest()])
  }
  assert.deepEqual(
    ["Half a <|sta", "<|channel|>analysis<|message|>Thi", leaks.call].map(text => {
      const { reasoning, text: shown, calls } = cut(text)
      return [reasoning, shown, calls]
    }),
    [
      ["", "Half a <|sta", []],
      ["Thi", "", []],
      ["", "I look.", []],
    ],
  )
})
