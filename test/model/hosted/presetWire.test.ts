import assert from "node:assert/strict"
import { test } from "node:test"
import type { Message } from "../../../src/harmony/message.ts"
import { customPreset, type PresetId, presets } from "../../../src/model/hosted/presets.ts"
import { collect, conversation, testModel, user } from "../../support/hostedTest.ts"
import {
  delta,
  eventReply,
  finished,
  type ScriptedRequest,
  scriptedEndpoint,
} from "../../support/scriptedEndpoint.ts"

const result = (content: string): Message => ({
  role: "tool",
  name: "functions.read_file",
  recipient: "assistant",
  channel: "commentary",
  content,
})

const call = (index: number, path: string) => ({
  index,
  id: `c${index}`,
  type: "function",
  function: { name: "read_file", arguments: JSON.stringify({ path }) },
})

/** A turn of two calls with words and reasoning beside them, then its results: what the server gets the second time. */
async function secondRequest(t: { after(work: () => Promise<void>): void }, id: PresetId) {
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    index === 0
      ? eventReply(
          delta({
            reasoning: "Think.",
            reasoning_details: [{ type: "reasoning.text", text: "Think.", index: 0 }],
          }),
          delta({ content: "I look." }),
          delta({ tool_calls: [call(0, "a"), call(1, "b")] }),
          finished("tool_calls"),
        )
      : eventReply(delta({ content: "Done." }), finished()),
  )
  const preset = presets.find(each => each.id === id) ?? customPreset
  const model = testModel(endpoint.baseUrl, { preset })
  const asked = conversation(user("Q"))
  const request = (messages: readonly Message[]) => ({
    conversation: { messages },
    maxTokens: 9,
    sessionId: "s1",
  })
  const signal = new AbortController().signal
  let turn: readonly Message[] = []
  for await (const event of model.stream(request(asked.messages), signal))
    if (event.type === "finish") turn = event.messages
  const next = [...asked.messages, ...turn, result("A"), result("B")]
  for await (const event of model.stream(request(next), signal))
    if (event.type === "finish") assert.equal(event.reason, "stop")
  return picture(endpoint.requests[1])
}

/** What differs between servers: keys beside the usual ones, and the messages after the question. */
function picture(request: ScriptedRequest | undefined) {
  const usual = new Set(["model", "stream", "max_tokens", "temperature", "top_p", "tools", "messages"])
  const body = typeof request?.body === "object" && request.body !== null ? { ...request.body } : {}
  const messages = "messages" in body && Array.isArray(body.messages) ? body.messages.slice(2) : []
  return {
    keys: Object.entries(body)
      .filter(([name]) => !usual.has(name))
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .sort(),
    messages: messages.map(line),
  }
}

/** "assistant: I look. [a b] reasoning", "tool(read_file): A". */
function line(message: { readonly [key: string]: unknown }): string {
  const calls = Array.isArray(message.tool_calls)
    ? ` [${message.tool_calls.map(each => JSON.parse(each.function.arguments).path).join(" ")}]`
    : ""
  const thought = Object.keys(message).filter(key => key.startsWith("reasoning"))
  const name = message.name === undefined ? "" : `(${message.name})`
  return [`${message.role}${name}: ${message.content}${calls}`, ...thought].join(" ")
}

const usage = 'stream_options={"include_usage":true}'
const effort = 'reasoning_effort="low"'
const plainResults = ["tool: A", "tool: B"]
const namedResults = ["tool(read_file): A", "tool(read_file): B"]

for (const [id, keys, messages] of [
  [
    "openRouter",
    ['reasoning={"effort":"low"}', 'session_id="s1"'],
    ["assistant: I look. [a b] reasoning_details", ...namedResults],
  ],
  [
    "freeLlmRouter",
    ['reasoning={"effort":"low"}', 'session_id="s1"'],
    ["assistant: I look. [a b] reasoning_details", ...namedResults],
  ],
  ["oxen", [], ["assistant: I look. [a b] reasoning", ...plainResults]],
  ["groq", [effort, usage], ["assistant: I look. [a b] reasoning", ...plainResults]],
  ["together", [effort, usage], ["assistant: I look. [a b] reasoning", ...plainResults]],
  ["fireworks", [effort, usage], ["assistant: I look. [a b] reasoning_content", ...plainResults]],
  [
    "cerebras",
    ['prompt_cache_key="s1"', effort, usage],
    ["assistant: I look. [a b] reasoning", ...plainResults],
  ],
  ["deepInfra", [effort, usage], ["assistant: I look. [a b] reasoning", ...plainResults]],
  ["ollama", [effort, usage], ["assistant: I look. [a b] reasoning", ...namedResults]],
  [
    "lmStudio",
    [effort, usage],
    ["assistant: I look. [a] reasoning", "tool(read_file): A", "assistant: null [b]", "tool(read_file): B"],
  ],
  [
    "llamaServer",
    ["min_p=0", effort, usage, "top_k=0"],
    [
      "assistant: null [a] reasoning_content",
      "tool(read_file): A",
      "assistant: null [b]",
      "tool(read_file): B",
    ],
  ],
  ["vllm", [effort, usage], ["assistant: I look. [a b] reasoning", ...namedResults]],
  [
    "custom",
    [effort, usage],
    ["assistant: I look. [a] reasoning", "tool(read_file): A", "assistant: null [b]", "tool(read_file): B"],
  ],
] as const)
  test(`what ${id} is sent in a tool loop`, async t => {
    assert.deepEqual(await secondRequest(t, id), { keys, messages })
  })

test("every preset stands in the table above", () => {
  assert.equal(presets.length, 12)
})

test("further fields and headers are sent, and can't replace Osprey's own", async t => {
  const endpoint = await scriptedEndpoint(t, () => eventReply(delta({ content: "Hi" }), finished()))
  const asked: boolean[] = []
  const model = testModel(endpoint.baseUrl, {
    extra: hasTools => {
      asked.push(hasTools)
      return { provider: { require_parameters: hasTools }, model: "evil", stream: false, messages: [] }
    },
    headers: { "HTTP-Referer": "https://example.com", Authorization: "Bearer evil", Accept: "text/plain" },
  })
  await collect(model)
  await collect(model, { messages: [user("Q")] })
  const bodies = endpoint.requests.map(({ body }) => (typeof body === "object" ? { ...body } : {}))
  assert.deepEqual(
    bodies.map(body => ("provider" in body ? body.provider : undefined)),
    [{ require_parameters: true }, { require_parameters: false }],
  )
  assert.ok(bodies.every(body => "model" in body && body.model === "openai/gpt-oss-20b"))
  const { headers = {} } = endpoint.requests[0] ?? {}
  assert.deepEqual(
    [headers["http-referer"], headers.authorization, headers.accept],
    ["https://example.com", "Bearer sk-CANARY-KEY", "text/event-stream"],
  )
  await collect(
    testModel(endpoint.baseUrl, { apiKey: async () => undefined, headers: { authorization: "x" } }),
  )
  assert.equal(endpoint.requests.at(-1)?.headers.authorization, undefined)
})
