import assert from "node:assert/strict"
import { test } from "node:test"
import type { ChatRequestBody } from "../../../src/model/hosted/chatRequest.ts"
import { refusalFacts } from "../../../src/model/hosted/refusalFacts.ts"
import { refusedKeys } from "../../../src/model/hosted/refusedKeys.ts"
import { serverSaid } from "../../../src/model/hosted/serverSaid.ts"

const call = { id: "call_1", type: "function", function: { name: "read_file", arguments: "{}" } } as const

const body: ChatRequestBody = {
  model: "m",
  messages: [
    { role: "user", content: "Q" },
    { role: "assistant", content: "I look.", tool_calls: [call], reasoning: "t" },
    { role: "assistant", content: null, tool_calls: [call], reasoning_content: "t" },
    { role: "tool", tool_call_id: "call_1", name: "read_file", content: "R" },
  ],
  stream: true,
  stream_options: { include_usage: true },
  max_tokens: 10,
  temperature: 1,
  top_p: 1,
  reasoning_effort: "low",
  session_id: "s",
}

/** The keys that an error with this body is found to be about. */
function found(error: unknown, status = 400, sent: ChatRequestBody = body): readonly string[] {
  const said = serverSaid(error, undefined)
  return refusedKeys({ status, said, named: refusalFacts(error, said).named }, sent)
}

for (const [error, keys] of [
  // OpenAI and many who copy it
  [{ error: { message: "Unrecognized request argument supplied: session_id" } }, ["session_id"]],
  [
    { error: { message: "Unknown parameter: 'stream_options'.", param: "stream_options" } },
    ["stream_options"],
  ],
  [
    {
      error: {
        message:
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        param: "max_tokens",
      },
    },
    ["max_tokens"],
  ],
  [
    { error: { message: "Unsupported value: 'temperature' does not support 1 with this model." } },
    ["temperature"],
  ],
  [
    {
      error: {
        message: "Unknown parameter: 'messages[2].reasoning_content'.",
        param: "messages[2].reasoning_content",
      },
    },
    ["messages.reasoning_content"],
  ],
  // Cerebras
  [
    {
      message:
        "messages.2.assistant.reasoning_content: property 'messages.2.assistant.reasoning_content' is unsupported",
      type: "invalid_request_error",
      param: "messages.2.assistant.reasoning_content",
      code: "wrong_api_format",
    },
    ["messages.reasoning_content"],
  ],
  [
    {
      message: "messages.1.assistant.reasoning: property 'reasoning' is unsupported",
      code: "wrong_api_format",
    },
    ["messages.reasoning"],
  ],
  // pydantic: FastAPI, vLLM with its list inside a sentence
  [
    { detail: [{ type: "extra_forbidden", loc: ["body", "top_p"], msg: "Extra inputs are not permitted" }] },
    ["top_p"],
  ],
  [
    {
      detail: [
        {
          type: "extra_forbidden",
          loc: ["body", "messages", 3, "name"],
          msg: "Extra inputs are not permitted",
        },
      ],
    },
    ["messages.name"],
  ],
  [
    {
      object: "error",
      message:
        "[{'type': 'extra_forbidden', 'loc': ('body', 'session_id'), 'msg': 'Extra inputs are not permitted', 'input': 's'}]",
    },
    ["session_id"],
  ],
  [{ error: { message: "body.reasoning_effort: Extra inputs are not permitted" } }, ["reasoning_effort"]],
  // Go and Rust
  [{ error: 'json: unknown field "stream_options"' }, ["stream_options"]],
  [{ error: "unknown field `top_p`, expected one of `model`, `messages`, `temperature`" }, ["top_p"]],
  // JSON schema
  [
    { error: { message: "Additional properties are not allowed ('session_id' was unexpected)" } },
    ["session_id"],
  ],
  // A template for gpt-oss, as llama-server and others carry it
  [
    { error: { message: "Cannot pass both content and thinking in an assistant message with tool calls!" } },
    ["messages.content"],
  ],
  // About something else
  [{ error: { message: "This model does not support tools" } }, []],
  [{ error: { message: "The model `m` does not exist" } }, []],
  [{ error: { message: "Provider returned error: unknown" } }, []],
  [{ error: { message: "Invalid value for reasoning_effort: 'minimal'" } }, []],
  [{ error: { message: "max_tokens is too large: 16384", param: "max_tokens" } }, []],
  [{ error: { message: "unknown tool name in reasoning for the file" } }, []],
  [
    {
      error: {
        message: "messages[1].tool_calls[0].function.name is not allowed",
        param: "messages[1].tool_calls[0].function.name",
      },
    },
    [],
  ],
] as const)
  test(`${JSON.stringify(error).slice(0, 100)} → ${keys.join() || "nothing"}`, () =>
    assert.deepEqual(found(error), keys))

test("a server error is about no key, but for the template's", () => {
  assert.deepEqual(found({ error: "unknown field stream_options" }, 500), [])
  assert.deepEqual(found({ error: "Cannot pass both content and thinking" }, 500), ["messages.content"])
})

test("a key that wasn't sent isn't found, nor one that a request can't do without", () => {
  const { stream_options: _, ...less } = body
  assert.deepEqual(found({ error: "unknown field stream_options" }, 400, less), [])
  assert.deepEqual(found({ error: 'unknown field "messages"' }), [])
  const routed = { ...body, provider: { data_collection: "deny" } }
  assert.deepEqual(found({ error: 'unknown field "provider"' }, 400, routed), [])
})

test("a key that stands in the request and in messages is first left out of the request", () => {
  const both: ChatRequestBody = { ...body, reasoning: { effort: "low" } }
  const error = { error: "unknown field 'reasoning'" }
  assert.deepEqual([found(error, 400, both), found(error)], [["reasoning"], ["messages.reasoning"]])
})
