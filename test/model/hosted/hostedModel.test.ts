import assert from "node:assert/strict"
import { test } from "node:test"
import { collect, conversation, testKey, testModel, user } from "../../support/hostedTest.ts"
import {
  delta,
  event,
  eventReply,
  finished,
  jsonReply,
  scriptedEndpoint,
  streamReply,
} from "../../support/scriptedEndpoint.ts"

test("an answer streams as text and ends as a final message", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    eventReply(
      delta({ role: "assistant", content: "" }),
      delta({ content: "Hel" }),
      delta({ content: "lo." }),
      finished(),
    ),
  )
  const turn = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual(
    turn.events.filter(({ type }) => type === "text"),
    [
      { type: "text", text: "Hel", tokens: 1 },
      { type: "text", text: "lo.", tokens: 1 },
    ],
  )
  assert.deepEqual(turn.finish, {
    type: "finish",
    reason: "stop",
    messages: [{ role: "assistant", channel: "final", content: "Hello." }],
  })
})

test("the request is what an endpoint expects, and nothing more", async t => {
  const endpoint = await scriptedEndpoint(t, () => eventReply(delta({ content: "Hi" }), finished()))
  await collect(testModel(endpoint.baseUrl), conversation(user("Hello")))
  const [request] = endpoint.requests
  assert.equal(request?.method, "POST")
  assert.equal(request?.path, "/v1/chat/completions")
  assert.deepEqual(request?.body, {
    model: "openai/gpt-oss-20b",
    messages: [
      { role: "system", content: "You are a coding assistant in the editor." },
      { role: "user", content: "Hello" },
    ],
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 1000,
    temperature: 1,
    top_p: 1,
    tools: [
      {
        type: "function",
        function: {
          name: "read_file",
          description: "Reads a file.",
          parameters: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
        },
      },
      {
        type: "function",
        function: {
          name: "list_problems",
          description: "Lists problems.",
          parameters: { type: "object", properties: {} },
        },
      },
    ],
    reasoning_effort: "low",
  })
  const transport = [
    "host",
    "connection",
    "content-length",
    "accept-encoding",
    "accept-language",
    "sec-fetch-mode",
  ]
  const ours = Object.entries(request?.headers ?? {}).filter(([name]) => !transport.includes(name))
  assert.deepEqual(Object.fromEntries(ours), {
    accept: "text/event-stream",
    "content-type": "application/json",
    "user-agent": "Osprey",
    authorization: `Bearer ${testKey}`,
  })
})

for (const [name, field] of [
  ["reasoning", { reasoning: "Think." }],
  ["reasoning_content", { reasoning_content: "Think." }],
  ["thinking", { thinking: "Think." }],
  ["reasoning_details", { reasoning_details: [{ type: "reasoning.text", text: "Think." }] }],
  ["two names at once", { reasoning: "Think.", reasoning_content: "Think." }],
] as const)
  test(`reasoning under ${name} becomes analysis, once`, async t => {
    const endpoint = await scriptedEndpoint(t, () =>
      eventReply(delta(field), delta({ content: "Done." }), finished()),
    )
    const turn = await collect(testModel(endpoint.baseUrl))
    assert.equal(turn.reasoning, "Think.")
    assert.deepEqual(turn.finish?.messages, [
      { role: "assistant", channel: "analysis", content: "Think." },
      { role: "assistant", channel: "final", content: "Done." },
    ])
  })

test("usage: tokens, reused tokens and cost; times are the clock's", async t => {
  const usage = {
    prompt_tokens: 900,
    completion_tokens: 12,
    prompt_tokens_details: { cached_tokens: 800 },
    cost: 0.0004,
  }
  const endpoint = await scriptedEndpoint(t, () =>
    eventReply(delta({ content: "Hi" }), finished(), { choices: [], usage }),
  )
  const { events } = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual(
    events.find(({ type }) => type === "usage"),
    {
      type: "usage",
      usage: {
        promptTokens: 900,
        reusedTokens: 800,
        generatedTokens: 12,
        firstTokenMs: 0,
        generationMs: 0,
        cost: 0.0004,
      },
    },
  )
})

test("without usage the tokens are estimated", async t => {
  const endpoint = await scriptedEndpoint(t, () => eventReply(delta({ content: "Hello there." }), finished()))
  const { events } = await collect(testModel(endpoint.baseUrl))
  const found = events.find(each => each.type === "usage")
  assert.equal(found?.usage.generatedTokens, 3)
  assert.ok((found?.usage.promptTokens ?? 0) > 10)
})

for (const [name, reason, content, expected] of [
  ["the output limit", "length", "Half an ans", "length"],
  ["nothing but an end", "stop", "", "empty"],
  ["an end that no one has heard of", "eos", "Whole.", "stop"],
] as const)
  test(`finish: ${name} is "${expected}"`, async t => {
    const endpoint = await scriptedEndpoint(t, () => eventReply(delta({ content }), finished(reason)))
    assert.equal((await collect(testModel(endpoint.baseUrl))).finish?.reason, expected)
  })

test("a server that ignores `stream` and answers in one piece is understood", async t => {
  const message = { role: "assistant", content: "All at once.", reasoning: "Hm." }
  const endpoint = await scriptedEndpoint(t, () =>
    jsonReply(200, {
      choices: [{ index: 0, message, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: 4 },
    }),
  )
  const turn = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual([turn.text, turn.reasoning, turn.finish?.reason], ["All at once.", "Hm.", "stop"])
})

test("an answer that is complete doesn't wait for a missing [DONE]", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([event(delta({ content: "Hi" })), event(finished())]),
  )
  assert.equal((await collect(testModel(endpoint.baseUrl))).finish?.reason, "stop")
})

test("an answer that is complete survives a server that then just hangs, or breaks the connection", async t => {
  const answer = [event(delta({ content: "Hi" })), event(finished())]
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    streamReply([...answer, index === 0 ? { hang: true } : { reset: true }]),
  )
  const model = testModel(endpoint.baseUrl, { limits: { idleMs: 40 } })
  for (const _ of ["hangs", "breaks"]) {
    const { error, finish } = await collect(model)
    assert.deepEqual([error, finish?.reason], [undefined, "stop"])
  }
})

test("repaired arguments go into the history repaired, unreadable ones as they were written", async t => {
  const call = (args: string) =>
    delta({ tool_calls: [{ index: 0, function: { name: "read_file", arguments: args } }] })
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    eventReply(call(index === 0 ? '[{"path":"a"}]' : '{"path":'), finished("stop")),
  )
  const model = testModel(endpoint.baseUrl)
  for (const [content, problem] of [
    ['{"path":"a"}', "repaired_arguments"],
    ['{"path":', "bad_arguments"],
  ] as const) {
    const { events, finish } = await collect(model)
    assert.deepEqual(finish, {
      type: "finish",
      reason: "calls",
      messages: [
        {
          role: "assistant",
          recipient: "functions.read_file",
          channel: "commentary",
          contentType: "<|constrain|>json",
          content,
        },
      ],
    })
    assert.deepEqual(
      events.filter(({ type }) => type === "problem"),
      [{ type: "problem", code: problem }],
    )
  }
})

test("a tool loop of two turns: call, result with its reasoning, answer", async t => {
  const call = {
    index: 0,
    id: "abc",
    type: "function",
    function: { name: "read_file", arguments: '{"path":"a.ts"}' },
  }
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    index === 0
      ? eventReply(
          delta({ reasoning_content: "I need the file." }),
          delta({ content: "I will read it." }),
          delta({ tool_calls: [call] }),
          finished("tool_calls"),
        )
      : eventReply(delta({ content: "It says hello." }), finished()),
  )
  const model = testModel(endpoint.baseUrl)
  const asked = conversation(user("What does a.ts say?"))
  const first = await collect(model, asked)
  assert.equal(first.finish?.reason, "calls")
  assert.deepEqual(first.calls, [{ name: "read_file", arguments: { path: "a.ts" }, problems: [] }])

  const result = {
    role: "tool",
    name: "functions.read_file",
    recipient: "assistant",
    channel: "commentary",
    content: "hello",
  } as const
  const second = await collect(model, {
    messages: [...asked.messages, ...(first.finish?.messages ?? []), result],
  })
  assert.equal(second.text, "It says hello.")
  const body = endpoint.requests[1]?.body
  assert.ok(typeof body === "object" && body !== null && "messages" in body && Array.isArray(body.messages))
  assert.deepEqual(body.messages.slice(1), [
    { role: "user", content: "What does a.ts say?" },
    {
      role: "assistant",
      content: "I will read it.",
      tool_calls: [
        { id: "call_1", type: "function", function: { name: "read_file", arguments: '{"path":"a.ts"}' } },
      ],
      reasoning_content: "I need the file.",
    },
    { role: "tool", tool_call_id: "call_1", name: "read_file", content: "hello" },
  ])
})
