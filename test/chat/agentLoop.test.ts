// The loop as it goes when all goes well, and when it is stopped, cut or paused. What it does when the model goes
// wrong is told in agentProblems.test.ts.
import assert from "node:assert/strict"
import { test } from "node:test"
import { ModelError } from "../../src/model/modelError.ts"
import { calls, type ScriptedTurn, says, scriptedModel } from "../support/scriptedModel.ts"
import { history, readA, run, story } from "./loopTest.ts"

test("an answer without tools", async () => {
  assert.equal(story(await run(scriptedModel(says("Hello there")))), "Hello there → done")
})

test("a call is run, its result goes back, the answer follows", async () => {
  const model = scriptedModel(calls(readA), says("It holds a."))
  const events = await run(model)
  assert.equal(story(events), "[read_file]It holds a. → done")
  const seen = model.requests[1]?.conversation.messages.map(
    message => message.name ?? message.recipient ?? message.role,
  )
  assert.deepEqual(seen, ["system", "user", "functions.read_file", "functions.read_file"])
  assert.match(String(model.requests[1]?.conversation.messages.at(-1)?.content), /export const a = 1/)
})

test("after the last allowed call the turn pauses, and every call has a result", async () => {
  const two = calls(readA, { name: "list_directory", arguments: { path: "." } })
  const events = await run(scriptedModel(two), { maxToolCalls: 1 })
  assert.equal(story(events), "[read_file] → paused")
  const roles = history(events).map(message => message.role)
  assert.deepEqual(roles, ["assistant", "assistant", "tool", "tool"])
})

test("a failure is the last event and what arrived is kept", async () => {
  const breaks: ScriptedTurn = function* () {
    yield { type: "text", text: "Half an ans", tokens: 3 }
    throw new ModelError("streamCut")
  }
  const events = await run(scriptedModel(breaks))
  assert.equal(story(events), "Half an ans → failed")
  assert.equal(history(events).at(-1)?.content, "Half an ans")
})

test("a model that ends without finishing was cut, not complete", async () => {
  const ends: ScriptedTurn = () => [{ type: "text", text: "Half", tokens: 1 }]
  assert.equal(story(await run(scriptedModel(ends))), "Half → failed")
})

test("stop in mid-answer keeps what arrived", async () => {
  const abort = new AbortController()
  const stopped: ScriptedTurn = function* () {
    yield { type: "text", text: "One ", tokens: 1 }
    abort.abort()
    yield { type: "text", text: "two", tokens: 1 }
  }
  const events = await run(scriptedModel(stopped), { signal: abort.signal })
  assert.equal(story(events), "One  → stopped")
  assert.equal(history(events).at(-1)?.content, "One ")
})

test("an answer at the output limit is cut", async () => {
  const long: ScriptedTurn = () => [
    { type: "text", text: "Long", tokens: 1 },
    { type: "finish", reason: "length", messages: [] },
  ]
  assert.equal(story(await run(scriptedModel(long))), "Long → cut")
})

test("generated tokens are limited for all model turns together; no turn may generate more than is left", async () => {
  const model = scriptedModel(calls(readA)) // ten tokens a turn
  const events = await run(model, { maxTokens: 25 })
  assert.equal(story(events), "[read_file][read_file] → spent")
  assert.deepEqual(
    model.requests.map(request => request.maxTokens),
    [25, 15, 5],
  )
  assert.deepEqual(events.at(-1), { type: "ended", outcome: { reason: "spent", tokens: 30 } })
})

test("a turn that was stopped, cut or failed before its usage came is counted by what was streamed", async () => {
  const silent: ScriptedTurn = () => [
    { type: "reasoning", text: "Hm.", tokens: 20 },
    { type: "finish", reason: "length", messages: [] },
  ]
  assert.equal(story(await run(scriptedModel(silent), { maxTokens: 20 })), "(Hm.) → spent")
})

test("a request that failed is not sent again by the loop, least of all after a tool ran", async () => {
  const fails: ScriptedTurn = () => {
    throw new ModelError("serverError")
  }
  const model = scriptedModel(calls(readA), fails)
  assert.equal(story(await run(model)), "[read_file] → failed")
  assert.equal(model.requests.length, 2)
})
