import assert from "node:assert/strict"
import { test } from "node:test"
import { toolMessage, userMessage } from "../../src/chat/chatPrompt.ts"
import { interruptedTurn } from "../../src/chat/interruptedTurn.ts"
import type { Message } from "../../src/harmony/message.ts"
import type { Step, Turn } from "../../src/protocol/chatState.ts"
import { told } from "./loopTest.ts"

const turn = (...steps: readonly Step[]): Turn => ({ id: "t", text: "Hi", at: 0, status: "running", steps })

const call = (path: string): Message => ({
  role: "assistant",
  recipient: "functions.read_file",
  channel: "commentary",
  content: `{"path":"${path}"}`,
})
const result = toolMessage(
  { id: "1", name: "read_file", arguments: {}, rawArguments: "{}", problems: [] },
  "text of a",
)

test("two calls, one result: the other one gets its result", () => {
  const { messages } = interruptedTurn(turn(), [userMessage("Hi"), call("a"), call("b"), result])
  assert.deepEqual(told(messages), ["result read_file: Interrupted before the tool ended."])
})

test("half an answer becomes the history's", () => {
  const { messages } = interruptedTurn(turn({ type: "text", id: "1", text: "Half" }), [userMessage("Hi")])
  assert.deepEqual(told(messages), ["final: Half"])
})

test("nothing that the history already holds is added", () => {
  const answer: Message = { role: "assistant", channel: "final", content: "Whole." }
  const { messages } = interruptedTurn(turn({ type: "text", id: "1", text: "Whole." }), [answer])
  assert.deepEqual(messages, [])
})
