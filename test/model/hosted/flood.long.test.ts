// A million events of one character each (R05): memory stays bounded and the text is whole.
import assert from "node:assert/strict"
import { test } from "node:test"
import { conversation, testModel, user } from "../../support/hostedTest.ts"
import {
  delta,
  event,
  finished,
  type ReplyStep,
  scriptedEndpoint,
  streamReply,
} from "../../support/scriptedEndpoint.ts"

const count = 1_000_000

test("a million events of one character", async t => {
  const endpoint = await scriptedEndpoint(t, () => streamReply([], flood()))
  const request = { conversation: conversation(user("Q")), maxTokens: 100 }
  const before = process.memoryUsage().rss
  let length = 0
  let most = 0
  for await (const each of testModel(endpoint.baseUrl).stream(request, new AbortController().signal)) {
    if (each.type === "text") length += each.text.length
    if (length % 10_000 === 0) most = Math.max(most, process.memoryUsage().rss)
  }
  assert.equal(length, count)
  t.diagnostic(`at most ${((most - before) / 1_048_576).toFixed(0)} MB more, the server included`)
})

function* flood(): Generator<ReplyStep> {
  const thousand = event(delta({ content: "x" })).repeat(1000)
  for (let sent = 0; sent < count; sent += 1000) yield thousand
  yield event(finished())
}
