// Sessions that end, by a reload or without a word, and the ones that find what they left.
import assert from "node:assert/strict"
import { appendFileSync, readdirSync, writeFileSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { calls, says, scriptedModel } from "../support/scriptedModel.ts"
import { lastTurn, logFile, logText, open, sessionFolder, stalls, textOf, until } from "./sessionTest.ts"

test("a conversation survives a reload, twice, and goes on", async () => {
  const first = await open(scriptedModel(says("First answer.")))
  await first.session.send("First question")
  await first.session.close()
  const second = await open(scriptedModel(says("Second answer.")))
  await second.session.send("Second question")
  await second.session.close()
  const model = scriptedModel(says("Third."))
  const third = await open(model)
  assert.deepEqual(
    third.session.state().turns.map(turn => [turn.text, textOf(turn), turn.status]),
    [
      ["First question", "First answer.", "done"],
      ["Second question", "Second answer.", "done"],
    ],
  )
  await third.session.send("Third question")
  const told = model.requests[0]?.conversation.messages.slice(2).map(message => message.content)
  assert.deepEqual(told, [
    "First question",
    "First answer.",
    "Second question",
    "Second answer.",
    "Third question",
  ])
})

test("a reload in mid-answer keeps the partial answer, marked as interrupted, and Continue goes on", async () => {
  const before = await open(scriptedModel(stalls("Half an answer")))
  void before.session.send("Question")
  await until(() => before.page().turns.some(turn => turn.steps.length > 0))
  await until(() => logText().includes("Half an answer")) // the process is gone without a word
  const model = scriptedModel(says(", and the rest."))
  const after = await open(model)
  const turn = lastTurn(after.session.state())
  assert.equal(turn.status, "interrupted")
  assert.equal(turn.notice?.title, "Interrupted")
  assert.equal(textOf(turn), "Half an answer")
  await after.session.continue(turn.id)
  assert.equal(lastTurn(after.session.state()).status, "done")
  assert.deepEqual(
    model.requests[0]?.conversation.messages.slice(2).map(message => message.role),
    ["user", "assistant", "user"],
  )
})

test("a window that closes in mid-answer leaves it interrupted, not stopped by the user", async () => {
  const before = await open(scriptedModel(stalls("Half an answer")))
  void before.session.send("Question")
  await until(() => before.page().turns.some(turn => turn.steps.length > 0))
  await before.session.close()
  const after = await open(scriptedModel(says("")))
  const turn = lastTurn(after.session.state())
  assert.deepEqual(
    [turn.status, turn.notice?.title, textOf(turn)],
    ["interrupted", "Interrupted", "Half an answer"],
  )
})

test("a log that was cut in the middle of a line loses that line and nothing else", async () => {
  const before = await open(scriptedModel(says("Kept.")))
  await before.session.send("Question")
  await before.session.close()
  appendFileSync(logFile(), '{"kind":"change","change":{"type":"stepAd')
  const after = await open(scriptedModel(says("More.")))
  await after.session.send("Next")
  await after.session.close()
  const again = await open(scriptedModel(says("")))
  assert.deepEqual(again.session.state().turns.map(textOf), ["Kept.", "More."])
})

test("garbage in the index or the log is skipped", async () => {
  const before = await open(scriptedModel(says("Kept.")))
  await before.session.send("Question")
  await before.session.close()
  writeFileSync(path.join(sessionFolder(), "chats", "index.json"), "\0\0\0")
  appendFileSync(logFile(), '\0\0\0\n{"kind":"change","change":{"type":"launchMissiles"}}\n')
  const after = await open(scriptedModel(says("")))
  assert.deepEqual(after.session.state().turns.map(textOf), ["Kept."])
})

test("a new chat is empty and stays current over a reload; the old one stays on disk", async () => {
  const before = await open(scriptedModel(says("Old.")))
  await before.session.send("Question")
  await before.session.newChat()
  assert.deepEqual(before.page().turns, [])
  await before.session.close()
  const after = await open(scriptedModel(says("New.")))
  assert.deepEqual(after.session.state().turns, [])
  await after.session.send("Again")
  await after.session.close()
  assert.equal(
    readdirSync(path.join(sessionFolder(), "chats")).filter(name => name.endsWith(".jsonl")).length,
    2,
  )
})

test("figures, the endpoint's check and a note to the model survive a reload", async () => {
  const unknown = calls({ name: "edit", arguments: {} })
  const scripted = scriptedModel(unknown, unknown, unknown)
  const model: LanguageModel = { ...scripted, description: { ...scripted.description, where: "hosted" } }
  const before = await open(model)
  await before.session.send("Question")
  assert.deepEqual(lastTurn(before.page()).notice?.actions, [
    { label: "Retry", does: "retry" },
    { label: "Check the endpoint", does: "checkEndpoint" },
    { label: "Other model…", does: "chooseModel" },
  ])
  await before.session.close()
  const next = scriptedModel(says("Fine."))
  const after = await open(next)
  assert.deepEqual(after.session.state(), before.page())
  await after.session.send("Next")
  const roles = next.requests[0]?.conversation.messages.map(message => message.role)
  assert.deepEqual(
    roles?.filter(role => role === "developer"),
    ["developer", "developer"],
  )
})
