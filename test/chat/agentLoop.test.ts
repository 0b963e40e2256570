import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import type { AgentEvent } from "../../src/chat/agentEvent.ts"
import { agentLoop } from "../../src/chat/agentLoop.ts"
import { userMessage } from "../../src/chat/chatPrompt.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { ModelError } from "../../src/model/modelError.ts"
import { toolbox } from "../../src/tools/toolbox.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { calls, type ScriptedTurn, says, scriptedModel } from "../support/scriptedModel.ts"

const folder = mkdtempSync(path.join(os.tmpdir(), "osprey-loop-"))
writeFileSync(path.join(folder, "a.ts"), "export const a = 1\n")
after(() => rmSync(folder, { recursive: true }))

const workspace = diskWorkspace({ roots: [{ name: "w", path: folder }], ripgrepPath: rgPath })
const box = toolbox({ workspace, approve: async () => false })
const readA = { name: "read_file", arguments: { path: "a.ts" } }

async function run(model: LanguageModel, maxToolCalls = 25, signal = new AbortController().signal) {
  const request = { model, toolbox: box, messages: [userMessage("Hi")], maxToolCalls, sessionId: "s" }
  const events: AgentEvent[] = []
  for await (const event of agentLoop(request, signal)) events.push(event)
  return events
}

/** The turn as a line: what was said, called and how it ended. */
function story(events: readonly AgentEvent[]): string {
  return events
    .flatMap(event => {
      if (event.type === "text") return [event.text]
      if (event.type === "callEnded") return [`[${event.call.name}${event.result.failed ? " failed" : ""}]`]
      return event.type === "ended" ? [` → ${event.outcome.reason}`] : []
    })
    .join("")
}

const history = (events: readonly AgentEvent[]) =>
  events.flatMap(event => (event.type === "history" ? event.messages : []))

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
  assert.deepEqual(seen, ["user", "functions.read_file", "functions.read_file"])
  assert.match(String(model.requests[1]?.conversation.messages.at(-1)?.content), /export const a = 1/)
})

test("an unknown tool and bad arguments are answered, not run", async () => {
  const odd = calls(
    { name: "delete_everything", arguments: {} },
    { name: "read_file", arguments: { path: 7 } },
  )
  assert.equal(
    story(await run(scriptedModel(odd, says("Sorry.")))),
    "[delete_everything failed][read_file failed]Sorry. → done",
  )
})

test("the same call a third time is a loop", async () => {
  assert.equal(story(await run(scriptedModel(calls(readA)))), "[read_file][read_file] → looped")
})

test("text that goes round in circles ends the turn and is kept", async () => {
  const events = await run(scriptedModel(says("and so on ".repeat(500))))
  assert.match(story(events), /^and so on .* → looped$/)
  assert.ok(story(events).length < 2000, "it stops long before the model does")
  assert.match(String(history(events).at(-1)?.content), /^and so on/)
})

test("after the last allowed call the turn pauses, and every call has a result", async () => {
  const two = calls(readA, { name: "list_directory", arguments: { path: "." } })
  const events = await run(scriptedModel(two), 1)
  assert.equal(story(events), "[read_file] → paused")
  const roles = history(events).map(message => message.role)
  assert.deepEqual(roles, ["assistant", "assistant", "tool", "tool"])
})

test("an empty turn is asked once more, then given up", async () => {
  const nothing: ScriptedTurn = () => [{ type: "finish", reason: "empty", messages: [] }]
  assert.equal(story(await run(scriptedModel(nothing, says("Here.")))), "Here. → done")
  assert.equal(story(await run(scriptedModel(nothing))), " → empty")
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
  const events = await run(scriptedModel(stopped), 25, abort.signal)
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
