import assert from "node:assert/strict"
import { test } from "node:test"
import type { Message } from "../../../src/harmony/message.ts"
import { type ChatDialect, defaultDialect } from "../../../src/model/hosted/chatDialect.ts"
import { chatRequest } from "../../../src/model/hosted/chatRequest.ts"
import { openingMessages, user } from "../../support/hostedTest.ts"

function request(messages: readonly Message[], dialect: Partial<ChatDialect> = {}) {
  return chatRequest(
    { conversation: { messages }, maxTokens: 100, sessionId: "s1" },
    { model: "m", dialect: { ...defaultDialect, ...dialect } },
  )
}

test("a dialect decides which optional keys are sent", () => {
  const plain = request(openingMessages, { effort: null, asksForUsage: false })
  assert.deepEqual(Object.keys(plain), [
    "model",
    "messages",
    "stream",
    "max_tokens",
    "temperature",
    "top_p",
    "tools",
  ])
  const rich = request(openingMessages, { sessionField: "prompt_cache_key" })
  assert.deepEqual(
    [rich.reasoning_effort, rich.stream_options, rich.prompt_cache_key, rich.session_id],
    ["low", { include_usage: true }, "s1", undefined],
  )
})

test("developer notes from later in the conversation join the one system message", () => {
  const note: Message = { role: "developer", content: "Use the tools you were given." }
  assert.deepEqual(request([...openingMessages, user("Q"), note]).messages, [
    { role: "system", content: "You are a coding assistant in the editor.\n\nUse the tools you were given." },
    { role: "user", content: "Q" },
  ])
})

test("a response format is sent when no tools are on offer", () => {
  const schema = { type: "object", properties: { a: { type: "string" } } }
  const format: Message = {
    role: "developer",
    content: { developer: { responseFormat: { name: "answer", schema } } },
  }
  assert.deepEqual(request([format, user("Q")]).response_format, {
    type: "json_schema",
    json_schema: { name: "answer", schema, strict: true },
  })
  assert.equal(request([...openingMessages, format, user("Q")]).response_format, undefined)
})

test("the temperature asked for wins over gpt-oss's own", () => {
  const asked = chatRequest(
    { conversation: { messages: [user("Q")] }, maxTokens: 5, temperature: 0 },
    { model: "m", dialect: defaultDialect },
  )
  assert.deepEqual([asked.temperature, request([user("Q")]).temperature], [0, 1])
})
