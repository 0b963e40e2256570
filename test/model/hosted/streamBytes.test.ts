import assert from "node:assert/strict"
import { test } from "node:test"
import { collect, testModel } from "../../support/hostedTest.ts"
import { event, finished, scriptedEndpoint, streamReply } from "../../support/scriptedEndpoint.ts"

/** A call in fragments, with text beside it in four-byte, three-byte and two-byte characters. */
function streamed(lineEnd: string): Uint8Array {
  const fragment = (fields: object) => event({ choices: [{ delta: fields }] })
  const text = [
    ": OPENROUTER PROCESSING\n\n",
    "event: message\n",
    fragment({ content: "Größe 文 🦅" }),
    fragment({ tool_calls: [{ index: 0, id: "a", function: { name: "read_file", arguments: "" } }] }),
    fragment({ tool_calls: [{ index: 0, function: { arguments: '{"pa' } }] }),
    fragment({ tool_calls: [{ index: 0, function: { arguments: 'th":"é.ts"}' } }] }).replace(
      "data: ",
      "data:",
    ),
    event(finished("tool_calls")),
    "data: [DONE]\n\n",
  ].join("")
  return new TextEncoder().encode(text.replaceAll("\n", lineEnd))
}

const expected = {
  text: "Größe 文 🦅",
  calls: [{ name: "read_file", arguments: { path: "é.ts" }, problems: [] }],
  reason: "calls",
}

function summary({ text, calls, finish }: Awaited<ReturnType<typeof collect>>) {
  return { text, calls, reason: finish?.reason }
}

test("a stream cut in two at every byte reads as the whole one", async t => {
  const bytes = streamed("\r\n")
  const endpoint = await scriptedEndpoint(t, ({ index }) =>
    streamReply([bytes.subarray(0, index + 1), bytes.subarray(index + 1)]),
  )
  const model = testModel(endpoint.baseUrl)
  for (let at = 1; at < bytes.length; at++)
    assert.deepEqual(summary(await collect(model)), expected, `cut at ${at}`)
})

for (const [name, lineEnd] of [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
] as const)
  test(`a stream with ${name} that comes byte by byte reads as the whole one`, async t => {
    const bytes = streamed(lineEnd)
    const endpoint = await scriptedEndpoint(t, () =>
      streamReply(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))),
    )
    assert.deepEqual(summary(await collect(testModel(endpoint.baseUrl))), expected)
  })

test("an event over the limit is refused before it is held whole", async t => {
  const endpoint = await scriptedEndpoint(t, () => streamReply(["data: ", "x".repeat(5000), { hang: true }]))
  const limits = { maxEventBytes: 4096 }
  const turn = await collect(testModel(endpoint.baseUrl, { limits }))
  assert.equal(turn.error?.kind, "badResponse")
  await endpoint.hungUp(0)
})

test("many small events never count as one large one", async t => {
  const piece = event({ choices: [{ delta: { content: "0123456789" } }] })
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([piece.repeat(200), event(finished()).replaceAll("\n", "\r\n"), "data: [DONE]\n\n"]),
  )
  const turn = await collect(testModel(endpoint.baseUrl, { limits: { maxEventBytes: 200 } }))
  assert.deepEqual([turn.error, turn.text.length], [undefined, 2000])
})
