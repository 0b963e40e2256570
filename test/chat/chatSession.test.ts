// A session while its window is open: what the user does, what the page shows, what the model is told.
import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { ModelError } from "../../src/model/modelError.ts"
import type { ChatState } from "../../src/protocol/chatState.ts"
import { calls, says, scriptedModel } from "../support/scriptedModel.ts"
import { lastTurn, open, sessionFolder, stalls, textOf, until } from "./sessionTest.ts"

test("the page and the host see the same turn, with its figures", async () => {
  const { session, page } = await open(
    scriptedModel(calls({ name: "list_directory", arguments: { path: "." } }), says("Two files.")),
  )
  await session.send("What is here?")
  assert.deepEqual(page(), session.state())
  const turn = lastTurn(page())
  assert.deepEqual(
    turn.steps.map(step => step.type),
    ["reasoning", "tool", "text"],
  )
  assert.equal(turn.status, "done")
  assert.deepEqual(turn.meta, {
    model: "Scripted model",
    tokens: 20,
    reasoningTokens: 5,
    tokensPerSecond: 10,
    firstTokenMs: 10,
    promptTokens: 100,
    reused: 0.5,
  })
})

test("an answer that is complete when the window closes stays complete", async () => {
  let closed: Promise<void> | undefined
  const { session, page } = await open({
    ...scriptedModel(says("")),
    async *stream() {
      yield { type: "text", text: "Whole.", tokens: 1 }
      closed = session.close()
      const messages = [{ role: "assistant", channel: "final", content: "Whole." }] as const
      yield { type: "finish", reason: "stop", messages }
    },
  })
  await session.send("Question")
  await closed
  assert.deepEqual([lastTurn(page()).status, lastTurn(page()).notice], ["done", undefined])
})

test("a message sent while a turn runs waits for its end", async () => {
  const { session, page } = await open(scriptedModel(stalls("Half"), says("Whole.")))
  const first = session.send("First")
  const second = session.send("Second")
  await until(() => page().turns.some(turn => turn.steps.length > 0))
  session.stop()
  await Promise.all([first, second])
  assert.deepEqual(
    page().turns.map(turn => [turn.text, textOf(turn)]),
    [
      ["First", "Half"],
      ["Second", "Whole."],
    ],
  )
})

test("stop keeps what arrived and the next message works", async () => {
  const { session, page } = await open(scriptedModel(stalls("Half"), says("Whole.")))
  const sent = session.send("Question")
  await until(() => page().turns.some(turn => turn.steps.length > 0))
  session.stop()
  await sent
  assert.deepEqual([lastTurn(page()).status, textOf(lastTurn(page()))], ["stopped", "Half"])
  await session.send("Again")
  assert.equal(textOf(lastTurn(page())), "Whole.")
})

test("figures go on counting when a paused turn is continued", async () => {
  const { session, page } = await open(
    scriptedModel(calls({ name: "list_directory", arguments: { path: "." } }), says("Two files.")),
    0,
  )
  await session.send("What is here?")
  assert.deepEqual([lastTurn(page()).status, lastTurn(page()).meta?.tokens], ["paused", 10])
  await session.continue(lastTurn(page()).id)
  assert.deepEqual([lastTurn(page()).status, lastTurn(page()).meta?.tokens], ["done", 20])
})

test("a text that was taken back is gone from the page, and stays out of what the model is told", async () => {
  const model = scriptedModel(says("and so on ".repeat(500)), says("Whole."))
  const { session, page } = await open(model)
  await session.send("Question")
  assert.equal(textOf(lastTurn(page())), "Whole.")
  assert.deepEqual(lastTurn(page()).steps[0], {
    type: "repaired",
    id: lastTurn(page()).steps[0]?.id,
    codes: ["repeated_text"],
  })
  assert.equal(lastTurn(page()).status, "done")
  await session.close()
  const after = await open(model)
  assert.deepEqual(after.session.state(), page())
})

test("no model: one sentence, the message is kept, and Retry answers it", async () => {
  let ready = false
  const { session, page } = await open(() => {
    if (!ready) throw new ModelError("notConfigured")
    return scriptedModel(says("Now."))
  })
  await session.send("Question")
  assert.equal(lastTurn(page()).status, "failed")
  assert.equal(lastTurn(page()).notice?.title, "No model is chosen")
  ready = true
  await session.retry(lastTurn(page()).id)
  assert.deepEqual(
    page().turns.map(turn => [turn.text, textOf(turn)]),
    [["Question", "Now."]],
  )
})

test("a secret file is read only after the user allows it, once", async () => {
  writeFileSync(path.join(sessionFolder(), ".env"), "TOKEN=CANARY-ENV\n")
  for (const allow of [false, true]) {
    const model = scriptedModel(calls({ name: "read_file", arguments: { path: ".env" } }), says("Done."))
    const { session, page } = await open(model)
    const sent = session.send("Read it")
    await until(() => waitingStep(page()) !== undefined)
    session.answerApproval(waitingStep(page()) ?? "", allow)
    await sent
    const told = JSON.stringify(model.requests[1]?.conversation.messages.slice(-1))
    assert.equal(told.includes("CANARY-ENV"), allow)
    const row = lastTurn(page()).steps.find(step => step.type === "tool")
    assert.equal(row?.status, allow ? "done" : "refused")
    await session.newChat()
    await session.close()
  }
})

function waitingStep(state: ChatState): string | undefined {
  return state.turns.at(-1)?.steps.find(step => step.type === "tool" && step.approval !== undefined)?.id
}
