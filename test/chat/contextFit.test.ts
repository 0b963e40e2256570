// Conversations that are longer than the model can read: what stays, what goes, and that nothing loses its other half.
import assert from "node:assert/strict"
import { test } from "node:test"
import { contextFit, leftOutResult } from "../../src/chat/contextFit.ts"
import type { Message } from "../../src/harmony/message.ts"
import { ModelError } from "../../src/model/modelError.ts"

const opening: readonly Message[] = [{ role: "developer", content: "Rules." }]
const user = (content: string): Message => ({ role: "user", content })
const answer = (content: string): Message => ({ role: "assistant", channel: "final", content })
const call: Message = {
  role: "assistant",
  recipient: "functions.read_file",
  channel: "commentary",
  content: "{}",
}
const result = (words: number): Message => ({
  role: "tool",
  name: "functions.read_file",
  recipient: "assistant",
  channel: "commentary",
  content: "word ".repeat(words).trim(),
})

/** A model that reads so many words and writes none. */
function fitFor(words: number) {
  const count = (messages: readonly Message[]) =>
    messages.reduce((sum, { content }) => sum + String(content).split(" ").length, 0)
  return contextFit({
    description: {
      ...{ id: "m", label: "m", where: "local", contextWindow: words, outputLimit: 0 },
      abilities: { tools: true, continueText: false },
    },
    countTokens: async ({ messages }) => count(messages),
  })
}

/** "user one | call | result 500 | answer" */
function outline(messages: readonly Message[]): string {
  return messages
    .map(({ role, recipient, content }) => {
      const text = String(content)
      if (role === "tool") return text === leftOutResult ? "left out" : `result ${text.split(" ").length}`
      if (recipient !== undefined) return "call"
      return `${role === "assistant" ? "answer" : role} ${text}`
    })
    .join(" | ")
}

async function fitted(words: number, messages: readonly Message[]) {
  const found = await fitFor(words).fit([...opening, ...messages])
  return found instanceof ModelError ? found : outline(found.messages)
}

const long = [
  ...[user("one"), call, result(500), answer("A")],
  ...[user("two"), call, result(500), answer("B")],
  ...[user("three"), call, result(500)],
]

test("what fits is sent as it is", async () => {
  const messages = [...opening, ...long]
  assert.deepEqual(await fitFor(2000).fit(messages), { messages, leftOut: 0 })
})

test("results of earlier turns go first; the question and its result stay", async () => {
  const left = await fitted(600, long)
  assert.match(String(left), /user three \| call \| result 500$/)
  assert.doesNotMatch(String(left), /result 500.*result 500/)
})

test("the rules and the last question always stay", async () => {
  const many = Array.from({ length: 40 }, (_, index) => [
    user(`q${index} ${"x ".repeat(50)}`),
    answer("a"),
  ]).flat()
  const left = String(await fitted(200, [...many, user("last")]))
  assert.match(left, /^developer Rules\./)
  assert.match(left, /user last$/)
})

test("what doesn't fit at all is an error with its numbers", async () => {
  const error = await fitted(100, [user("x ".repeat(500))])
  assert.ok(error instanceof ModelError)
  assert.equal(error.kind, "contextFull")
  assert.deepEqual(error.detail.tokens, { needed: 502, available: 100 })
})

test("a model that finds it too long all the same gets less, once", async () => {
  const fit = fitFor(2000)
  const refusal = new ModelError("contextFull", { tokens: { needed: 1513, available: 800 } })
  assert.equal(fit.isTooLong(refusal), true)
  const found = await fit.fit([...opening, ...long])
  assert.ok(!(found instanceof ModelError) && found.leftOut > 0)
  assert.equal(fit.isTooLong(refusal), false)
  assert.equal(fitFor(2000).isTooLong(new ModelError("timeout")), false)
})
