import assert from "node:assert/strict"
import { test } from "node:test"
import type { Message } from "../../../src/harmony/message.ts"
import { endpointMemory } from "../../../src/model/hosted/endpointFacts.ts"
import { presets } from "../../../src/model/hosted/presets.ts"
import { collect, conversation, heldClock, testModel, user } from "../../support/hostedTest.ts"
import {
  delta,
  eventReply,
  finished,
  jsonReply,
  type Reply,
  type ScriptedRequest,
  scriptedEndpoint,
} from "../../support/scriptedEndpoint.ts"

const good = () => eventReply(delta({ content: "Here." }), finished())
const model = "openai/gpt-oss-20b"

function fields(request: ScriptedRequest | undefined): Readonly<Record<string, unknown>> {
  const { body } = request ?? {}
  return typeof body === "object" && body !== null ? { ...body } : {}
}

/** Refuses every request that has this key. */
function strict(...keys: readonly string[]) {
  return (request: ScriptedRequest): Reply => {
    const key = keys.find(each => each in fields(request))
    return key === undefined
      ? good()
      : jsonReply(400, { error: { message: `Unrecognized request argument supplied: ${key}` } })
  }
}

test("a key that is refused is left out at once, and from then on", async t => {
  const memory = endpointMemory()
  const clock = heldClock()
  const endpoint = await scriptedEndpoint(t, strict("stream_options"))
  const options = { memory, clock }
  const turn = await collect(testModel(endpoint.baseUrl, options))
  assert.deepEqual([turn.text, endpoint.requests.length, clock.slept], ["Here.", 2, []])
  assert.ok(turn.events.every(({ type }) => type !== "waiting"))
  assert.deepEqual(memory.get(endpoint.baseUrl, model).refusedKeys, ["stream_options"])
  // Another object for the same endpoint, as after a restart.
  await collect(testModel(`${endpoint.baseUrl}/chat/completions`, options))
  assert.equal(endpoint.requests.length, 3)
})

test("keys refused one after the other are all learnt in one turn", async t => {
  const memory = endpointMemory()
  const endpoint = await scriptedEndpoint(
    t,
    strict(
      "stream_options",
      "reasoning_effort",
      "chat_template_kwargs",
      "top_p",
      "temperature",
      "max_tokens",
      "seed",
    ),
  )
  const extra = () => ({ seed: 7 })
  const turn = await collect(testModel(endpoint.baseUrl, { memory, extra }))
  assert.equal(turn.text, "Here.")
  assert.deepEqual(Object.keys(fields(endpoint.requests.at(-1))).sort(), [
    "max_completion_tokens",
    "messages",
    "model",
    "stream",
    "tools",
  ])
  assert.deepEqual(memory.get(endpoint.baseUrl, model).refusedKeys?.length, 7)
})

test("a server that refuses the same thing for ever is asked only so often", async t => {
  const endpoint = await scriptedEndpoint(t, () => jsonReply(400, { error: "unknown field top_p" }))
  const { error } = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual([error?.kind, endpoint.requests.length], ["badRequest", 2])
})

const call: readonly Message[] = [
  user("Q"),
  { role: "assistant", channel: "analysis", content: "t" },
  { role: "assistant", recipient: "functions.read_file", channel: "commentary", content: "{}" },
  { role: "tool", name: "functions.read_file", recipient: "assistant", channel: "commentary", content: "R" },
]

test("reasoning in messages that is refused is left out, and the effort stays", async t => {
  const memory = endpointMemory()
  const endpoint = await scriptedEndpoint(t, request =>
    JSON.stringify(fields(request).messages).includes('"reasoning"')
      ? jsonReply(400, {
          message: "messages.2.assistant.reasoning: property 'messages.2.assistant.reasoning' is unsupported",
          param: "messages.2.assistant.reasoning",
          code: "wrong_api_format",
        })
      : good(),
  )
  memory.learn(endpoint.baseUrl, model, { reasoningField: "reasoning" })
  const turn = await collect(testModel(endpoint.baseUrl, { memory }), conversation(...call))
  assert.equal(turn.text, "Here.")
  assert.deepEqual(memory.get(endpoint.baseUrl, model), {
    reasoningField: "reasoning",
    refusedKeys: ["messages.reasoning"],
  })
  assert.equal(fields(endpoint.requests.at(-1)).reasoning_effort, "low")
})

test("llama-server's template that refuses words beside reasoning and calls", async t => {
  const sentence = "Cannot pass both content and thinking in an assistant message with tool calls!"
  const words: Message = { role: "assistant", channel: "commentary", content: "I look." }
  const endpoint = await scriptedEndpoint(t, request =>
    JSON.stringify(fields(request).messages).includes("I look.")
      ? jsonReply(500, { error: { code: 500, message: sentence, type: "server_error" } })
      : good(),
  )
  const memory = endpointMemory()
  memory.learn(endpoint.baseUrl, model, { reasoningField: "reasoning_content" })
  const [question, thought, ...rest] = call
  assert.ok(question !== undefined && thought !== undefined)
  const asked = conversation(question, thought, words, ...rest)
  const turn = await collect(testModel(endpoint.baseUrl, { memory }), asked)
  assert.deepEqual([turn.text, endpoint.requests.length], ["Here.", 2])
})

test("an old llama-server gets the effort another way", async t => {
  const preset = presets.find(({ id }) => id === "llamaServer")
  assert.ok(preset)
  const endpoint = await scriptedEndpoint(t, strict("reasoning_effort"))
  await collect(testModel(endpoint.baseUrl, { preset }))
  assert.deepEqual(fields(endpoint.requests[1]).chat_template_kwargs, { reasoning_effort: "low" })
})

test("the field in which reasoning comes is learnt, once", async t => {
  const memory = endpointMemory()
  const learnt: unknown[] = []
  const watched = {
    get: memory.get,
    learn: (baseUrl: string, name: string, facts: Parameters<typeof memory.learn>[2]) => {
      learnt.push([baseUrl, name, facts])
      memory.learn(baseUrl, name, facts)
    },
  }
  const endpoint = await scriptedEndpoint(t, () =>
    eventReply(delta({ reasoning_content: "Hm." }), delta({ content: "Here." }), finished()),
  )
  const asked = testModel(`${endpoint.baseUrl}/`, { memory: watched })
  await collect(asked)
  await collect(asked)
  assert.deepEqual(learnt, [[endpoint.baseUrl, model, { reasoningField: "reasoning_content" }]])
})

for (const [name, status, error, window, asked] of [
  [
    "vLLM, which counts the answer in",
    400,
    {
      message:
        "'max_tokens' or 'max_completion_tokens' is too large: 1000. This model's maximum context length is 1200 tokens and your request has 500 input tokens (1000 > 1200 - 500).",
    },
    1200,
    636,
  ],
  [
    "OpenAI's sentence",
    400,
    {
      error: {
        message:
          "This model's maximum context length is 2048 tokens. However, you requested 2500 tokens (1500 in the messages, 1000 in the completion).",
        code: "context_length_exceeded",
      },
    },
    2048,
    484,
  ],
  [
    "llama-server's fields",
    400,
    {
      error: {
        code: 400,
        message: "too long",
        type: "exceed_context_size_error",
        n_prompt_tokens: 1400,
        n_ctx: 2048,
      },
    },
    2048,
    584,
  ],
  [
    "a prompt that doesn't fit at all",
    400,
    { error: { message: "too long", type: "exceed_context_size_error", n_prompt_tokens: 5000, n_ctx: 4096 } },
    4096,
    undefined,
  ],
  [
    "Cerebras",
    400,
    {
      message:
        "Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192",
      code: "context_length_exceeded",
    },
    8192,
    undefined,
  ],
  [
    "a window that nobody can mean",
    400,
    { error: { message: "m", type: "exceed_context_size_error", n_prompt_tokens: 5, n_ctx: 3 } },
    131_072,
    undefined,
  ],
] as const)
  test(`${name}: the window is learnt, and a shorter answer asked for if that fits`, async t => {
    const endpoint = await scriptedEndpoint(t, ({ index }) =>
      index === 0 ? jsonReply(status, error) : good(),
    )
    const asking = testModel(endpoint.baseUrl)
    const turn = await collect(asking)
    assert.equal(asking.description.contextWindow, window)
    if (asked === undefined)
      assert.deepEqual([turn.error?.kind, endpoint.requests.length], ["contextFull", 1])
    else assert.deepEqual([turn.text, fields(endpoint.requests[1]).max_tokens], ["Here.", asked])
  })

test("a window that the server once spoke of bounds the answer from then on", async t => {
  const memory = endpointMemory()
  const endpoint = await scriptedEndpoint(t, good)
  memory.learn(endpoint.baseUrl, model, { contextWindow: 2000 })
  const asking = testModel(endpoint.baseUrl, { memory })
  await collect(asking)
  const { contextWindow, outputLimit } = asking.description
  assert.deepEqual([contextWindow, outputLimit, fields(endpoint.requests[0]).max_tokens], [2000, 500, 500])
})

const toolUseFailed = (failed: string) =>
  jsonReply(400, {
    error: {
      message: "Failed to parse tool call arguments as JSON",
      type: "invalid_request_error",
      code: "tool_use_failed",
      failed_generation: failed,
    },
  })

for (const [name, failed, calls, problems] of [
  [
    "a call with a polluted name",
    '{"name": "read_file<|channel|>commentary", "arguments": {"path": "a.ts"}}',
    [{ name: "read_file", arguments: { path: "a.ts" }, problems: ["name_polluted"] }],
    ["name_polluted"],
  ],
  [
    "a tool that nobody offered",
    '{"name": "python", "arguments": {}}',
    [{ name: "python", arguments: {}, problems: ["unknown_tool"] }],
    ["unknown_tool"],
  ],
  [
    "raw Harmony",
    '<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{"path":"a.ts"}<|call|>',
    [{ name: "read_file", arguments: { path: "a.ts" }, problems: [] }],
    ["leaked_markup"],
  ],
] as const)
  test(`Groq's failed generation is read: ${name}`, async t => {
    const endpoint = await scriptedEndpoint(t, () => toolUseFailed(failed))
    const turn = await collect(testModel(endpoint.baseUrl))
    assert.deepEqual([turn.calls, turn.finish?.reason, endpoint.requests.length], [calls, "calls", 1])
    assert.deepEqual(
      turn.events.flatMap(event => (event.type === "problem" ? [event.code] : [])),
      problems,
    )
  })

for (const failed of ["", "import csv\nprint(1)"])
  test(`Groq's failed generation ${JSON.stringify(failed)} holds no call: asked once more`, async t => {
    const endpoint = await scriptedEndpoint(t, ({ index }) => (index === 0 ? toolUseFailed(failed) : good()))
    assert.equal((await collect(testModel(endpoint.baseUrl))).text, "Here.")
    const stubborn = await scriptedEndpoint(t, () => toolUseFailed(failed))
    const { error } = await collect(testModel(stubborn.baseUrl))
    assert.deepEqual([error?.kind, stubborn.requests.length], ["badRequest", 2])
  })
