// Ids, and where a server sends it their text, become pieces: one per token, text always whole characters.
import assert from "node:assert/strict"
import { test } from "node:test"
import { rawEvents } from "../../../../src/model/hosted/raw/rawEvents.ts"
import { rawPieces } from "../../../../src/model/hosted/raw/rawPieces.ts"
import { o200kRawVocabulary } from "../../../../src/model/hosted/raw/rawVocabulary.ts"
import { ids } from "./rawServer.ts"

const o200k = await o200kRawVocabulary()
const usage = {}

test("a character over several tokens travels with the one that completes it", () => {
  const list = ids("𓀀")
  assert.ok(list.length > 1)
  const pieces = rawPieces(o200k)
  const found = list.map(id => pieces.push({ ids: [id], usage }))
  assert.deepEqual(
    found.slice(0, -1),
    list.slice(0, -1).map(() => []),
  )
  assert.deepEqual(
    found.at(-1),
    list.map((token, index) => ({ text: index === list.length - 1 ? "𓀀" : "", token })),
  )
})

test("a control token ends a character that never became whole", () => {
  const [first = 0] = ids("𓀀")
  const [end = 0] = ids("<|end|>")
  assert.deepEqual(rawPieces(o200k).push({ ids: [first, end], usage }), [
    { text: "\uFFFD", token: first },
    { control: "end", token: end },
  ])
})

test("the end of a stream gives out what waited", () => {
  const [first = 0] = ids("𓀀")
  const pieces = rawPieces(o200k)
  pieces.push({ ids: [first], usage })
  assert.deepEqual(pieces.end(), [{ text: "\uFFFD", token: first }])
})

test("the server's own text counts, and a token it left out is told by its count", () => {
  const pieces = rawPieces(o200k)
  assert.deepEqual(pieces.push({ ids: [5], text: "a", written: 1, usage }), [{ text: "a", token: 5 }])
  assert.deepEqual(pieces.push({ ids: [6], text: "🙂", written: 3, usage }), [
    { text: "", token: -1 },
    { text: "🙂", token: 6 },
  ])
})

test("a control token is one by its id, whatever text comes with it", () => {
  const [start = 0] = ids("<|start|>")
  const [angle = 0] = ids("<")
  const pieces = rawPieces(o200k)
  assert.deepEqual(pieces.push({ ids: [start], text: "<|start|>", usage }), [
    { control: "start", token: start },
  ])
  assert.deepEqual(pieces.push({ ids: [angle], text: "<|start|>", usage }), [
    { text: "<|start|>", token: angle },
  ])
})

const streams: readonly [name: string, bytes: string, values: readonly unknown[]][] = [
  ["line feeds", "data: 1\n\ndata: 2\n\n", [1, 2]],
  ["carriage returns", "data: 1\r\n\r\ndata: 2\r\r", [1, 2]],
  ["comments and other fields", ":\n\nevent: x\nid: 3\ndata: 1\n\n", [1]],
  ["no space, no blank line at the end", "data:1", [1]],
  ["[DONE] ends it", "data: 1\n\ndata: [DONE]\n\ndata: 2\n\n", [1]],
  ["characters over several bytes", 'data: "Grüße 🙂"\n\n', ["Grüße 🙂"]],
]

for (const [name, text, values] of streams)
  test(`server-sent events, split anywhere: ${name}`, async () => {
    const bytes = new TextEncoder().encode(text)
    for (let at = 0; at <= bytes.length; at++) {
      const body = ReadableStream.from([bytes.slice(0, at), bytes.slice(at)])
      const found: unknown[] = []
      for await (const value of rawEvents(new Response(body))) found.push(value)
      assert.deepEqual(found, values)
    }
  })
