// Conversations that are longer than the model can read: what stays, what goes, and that nothing loses its other half.
import assert from "node:assert/strict"
import { test } from "node:test"
import { contextFit, leftOutResult } from "../../src/chat/contextFit.ts"
import type { Conversation, Message } from "../../src/harmony/message.ts"
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
  return contextFit(countingModel(words, count))
}

function countingModel(contextWindow: number, count: (messages: readonly Message[]) => number) {
  return {
    description: {
      ...{ id: "m", label: "m", where: "local" as const, contextWindow, outputLimit: 0 },
      abilities: { tools: true, continueText: false },
    },
    countTokens: async ({ messages }: Conversation) => count(messages),
  }
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

/** Prompts of a conversation that grows by turns of about 100 tokens of four bytes, in a window of 2,000. */
async function growing(): Promise<readonly (readonly Message[])[]> {
  const model = countingModel(2_000, messages => Math.ceil(JSON.stringify(messages).length / 4))
  const prompts: (readonly Message[])[] = []
  let history = opening
  for (let at = 0; at < 80; at++) {
    const asked = [...history, user(`question ${at}`)]
    const found = await contextFit(model).fit(asked)
    if (found instanceof ModelError) throw found
    prompts.push(found.messages)
    history = [...asked, call, result(20 + (at % 3) * 60), answer(`answer ${at}`)]
  }
  return prompts
}

test("while a conversation grows, the beginning of its prompt seldom moves", async () => {
  const prompts = await growing()
  const moves = prompts.filter((prompt, at) => {
    const before = outline(prompts[at - 1] ?? [])
    return !outline(prompt).startsWith(before)
  })
  assert.ok(moves.length >= 5 && moves.length <= 28, `${moves.length} of ${prompts.length}`)
  const sizes = prompts.slice(-20).map(prompt => JSON.stringify(prompt).length / 4)
  assert.ok(Math.min(...sizes) > 1_000 && Math.max(...sizes) <= 2_000, sizes.join(" "))
})

test("a call never stands without its result, nor a result without its call", async () => {
  for (const prompt of await growing()) {
    const kinds = prompt.map(({ role, recipient }) =>
      role === "assistant" && recipient !== undefined ? "call" : role,
    )
    for (const [at, kind] of kinds.entries()) {
      if (kind === "call") assert.equal(kinds[at + 1], "tool")
      if (kind === "tool") assert.equal(kinds[at - 1], "call")
    }
  }
})

test("what is added to a conversation that fits is counted alone", async () => {
  const counted: number[] = []
  const room = contextFit(countingModel(2_000, messages => counted.push(messages.length) * 100))
  const first = [...opening, user("x".repeat(3_000))]
  await room.fit(first)
  await room.fit([...first, call, result(200)])
  assert.deepEqual(counted, [2, 2])
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
