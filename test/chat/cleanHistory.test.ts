// However a call was spoiled and whoever reads it, the history gets the same clean message: a polluted name or form
// there teaches the model to repeat it.
import assert from "node:assert/strict"
import { test } from "node:test"
import { createHarmonyReader } from "../../src/harmony/harmonyReader.ts"
import type { Message } from "../../src/harmony/message.ts"
import { readLeakedText } from "../../src/harmony/readLeakedText.ts"
import { pieces } from "../harmony/pieces.ts"
import { collect, testModel } from "../support/hostedTest.ts"
import { delta, eventReply, finished, scriptedEndpoint } from "../support/scriptedEndpoint.ts"

const offered = { tools: ["read_file", "list_problems"], builtins: [] }

const clean: Message = {
  role: "assistant",
  recipient: "functions.read_file",
  channel: "commentary",
  contentType: "<|constrain|>json",
  content: '{"path":"a.ts"}',
}

const spoiled = [
  ["read_file", '[{"path":"a.ts"}]'],
  ["read_filejson", '{"path":"a.ts"}'],
  ["functions.read_file", '{"path":"a.ts"} ]'],
  ["functions.functions.read_file", '```json\n{"path":"a.ts"}\n```'],
  ["read_file?", '"{\\"path\\":\\"a.ts\\"}"'],
] as const

for (const [name, args] of spoiled) {
  const markup = `<|channel|>commentary to=functions.${name} <|constrain|>json<|message|>${args}<|call|>`

  test(`${name} ${args}, read from tokens`, () => {
    const reader = createHarmonyReader(offered)
    for (const piece of pieces(markup)) reader.push(piece)
    assert.deepEqual(messagesOf(reader.finish("stop").outcome), [clean])
  })

  test(`${name} ${args}, leaked as text`, () => {
    const outcome = readLeakedText(markup, offered) ?? assert.fail("not seen")
    assert.deepEqual(messagesOf(outcome), [clean])
  })

  test(`${name} ${args}, from an endpoint`, async t => {
    const call = { index: 0, id: "c", function: { name, arguments: args } }
    const endpoint = await scriptedEndpoint(t, () =>
      eventReply(delta({ tool_calls: [call] }), finished("tool_calls")),
    )
    const { finish } = await collect(testModel(endpoint.baseUrl))
    assert.deepEqual(finish?.messages, [clean])
  })

  test(`${name} ${args}, leaked as an endpoint's content`, async t => {
    const endpoint = await scriptedEndpoint(t, () => eventReply(delta({ content: markup }), finished()))
    const { finish } = await collect(testModel(endpoint.baseUrl))
    assert.deepEqual(finish?.messages, [clean])
  })
}

function messagesOf({ messages }: { readonly messages: readonly { readonly message: Message }[] }) {
  return messages.map(({ message }) => message)
}
