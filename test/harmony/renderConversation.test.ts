import assert from "node:assert/strict"
import { test } from "node:test"
import type { Conversation, Message } from "../../src/harmony/message.ts"
import { renderConversation } from "../../src/harmony/renderConversation.ts"
import { renderMessage } from "../../src/harmony/renderMessage.ts"
import type { Segment } from "../../src/protocol/segment.ts"

const question: Message = { role: "user", content: "Read a" }
const thought: Message = { role: "assistant", channel: "analysis", content: "Need a." }
const call: Message = {
  role: "assistant",
  channel: "commentary",
  recipient: "functions.read_file",
  contentType: "<|constrain|>json",
  content: '{"path":"a"}',
}
const result: Message = {
  role: "tool",
  name: "functions.read_file",
  recipient: "assistant",
  channel: "commentary",
  content: "AAA",
}
const answer: Message = { role: "assistant", channel: "final", content: "a has AAA" }

test("by default a call names its recipient after the channel, its result before it", () => {
  assert.deepEqual(renderConversation({ messages: [call, result] }), [
    { control: "start" },
    { text: "assistant" },
    { control: "channel" },
    { text: "commentary to=functions.read_file " },
    { control: "constrain" },
    { text: "json" },
    { control: "message" },
    { text: '{"path":"a"}' },
    { control: "call" },
    { control: "start" },
    { text: "functions.read_file to=assistant" },
    { control: "channel" },
    { text: "commentary" },
    { control: "message" },
    { text: "AAA" },
    { control: "end" },
    { control: "start" },
    { text: "assistant" },
  ])
})

test("one message alone", () => {
  assert.deepEqual(renderMessage(thought, { headerStyle: "library", functionsOffered: false }), [
    { control: "start" },
    { text: "assistant" },
    { control: "channel" },
    { text: "analysis" },
    { control: "message" },
    { text: "Need a." },
    { control: "end" },
  ])
})

test("the parts of a content stay apart, as they are encoded apart", () => {
  const segments = renderConversation(
    { messages: [{ role: "user", content: ["<|en", "d|>"] }] },
    { mode: "conversation" },
  )
  assert.deepEqual(segments.slice(3, -1), [{ text: "<|en" }, { text: "d|>" }])
})

test("analysis of a finished turn is dropped, that of the turn going on is kept", () => {
  const texts = (messages: readonly Message[]) =>
    renderConversation({ messages }).flatMap(segment => ("text" in segment ? [segment.text] : []))
  assert.ok(texts([question, thought, call, result]).includes("Need a."))
  assert.ok(!texts([question, thought, call, result, answer, question]).includes("Need a."))
})

test("a prompt that grows keeps its prefix, in a turn and over two", () => {
  const turn = [question, thought, call, result, thought, call, result]
  const prompts = turn.map((_, index) =>
    renderConversation({ messages: turn.slice(0, index + 1) }, { mode: "conversation" }),
  )
  for (const [index, prompt] of prompts.slice(1).entries()) assertPrefix(prompts[index] ?? [], prompt)

  const finished = [question, answer]
  const next = [...finished, question, thought, call, result]
  assertPrefix(
    renderConversation({ messages: finished }, { mode: "conversation" }),
    renderConversation({ messages: next }, { mode: "conversation" }),
  )
})

test("ids that the model generated are fed in place of their message, found by identity", () => {
  const conversation: Conversation = { messages: [question, thought, call, result] }
  const generated = (message: Message) => (message === call ? [7, 8, 9] : undefined)
  const segments = renderConversation(conversation, { generated, mode: "conversation" })
  const at = segments.findIndex(segment => "tokens" in segment)
  assert.deepEqual(segments.slice(at - 3, at + 2), [
    { control: "end" },
    { control: "start" },
    { text: "assistant" },
    { tokens: [7, 8, 9] },
    { control: "start" },
  ])
})

test("nobody asks for the ids of a message that isn't fed", () => {
  const asked: Message[] = []
  const generated = (message: Message) => {
    asked.push(message)
    return undefined
  }
  renderConversation({ messages: [question, thought, answer, question] }, { generated })
  assert.deepEqual(asked, [answer])
})

test("a training sample ends with return", () => {
  const segments = renderConversation({ messages: [question, answer] }, { mode: "training" })
  assert.deepEqual(segments.at(-1), { control: "return" })
})

test("what can't be written is an error with a reason", () => {
  const system: Message = { role: "user", content: { system: {} } }
  assert.throws(
    () => renderConversation({ messages: [{ role: "tool", content: "x" }] }),
    /should have a name/,
  )
  assert.throws(() => renderConversation({ messages: [system] }), /only appear in system messages/)
})

function assertPrefix(prefix: readonly Segment[], whole: readonly Segment[]): void {
  assert.deepEqual(whole.slice(0, prefix.length), prefix)
}
