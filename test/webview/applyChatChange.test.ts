// The reducer that host and page share: state and change in, state out, the old one untouched.
import assert from "node:assert/strict"
import { test } from "node:test"
import { applyChatChange, type ChatChange, type Step } from "../../src/protocol/chatState.ts"
import { chat, textStep, toolStep, turn } from "./chatPageStates.ts"

const running = chat([
  turn({ id: "t1" }),
  turn({ id: "t2", status: "running", steps: [textStep("Hel", "s")] }),
])

test("text is appended to its step, and nothing else is copied", () => {
  const next = applyChatChange(running, {
    type: "stepAppended",
    turnId: "t2",
    stepId: "s",
    text: "lo",
    tokens: 1,
  })
  assert.deepEqual(next.turns[1]?.steps, [textStep("Hello", "s")])
  assert.equal(next.turns[0], running.turns[0])
  assert.deepEqual(running.turns[1]?.steps, [textStep("Hel", "s")])
})

test("reasoning counts its tokens", () => {
  const thought: Step = { type: "reasoning", id: "r", text: "a", tokens: 1, startedAt: 0 }
  const state = chat([turn({ steps: [thought] })])
  const next = applyChatChange(state, {
    type: "stepAppended",
    turnId: "t1",
    stepId: "r",
    text: "b",
    tokens: 2,
  })
  assert.deepEqual(next.turns[0]?.steps, [{ ...thought, text: "ab", tokens: 3 }])
})

test("steps are added and replaced by id", () => {
  const tool = toolStep({ id: "x", status: "running" })
  const added = applyChatChange(running, { type: "stepAdded", turnId: "t2", step: tool })
  const done = applyChatChange(added, {
    type: "stepChanged",
    turnId: "t2",
    step: { ...tool, status: "done" },
  })
  assert.deepEqual(done.turns[1]?.steps, [textStep("Hel", "s"), { ...tool, status: "done" }])
})

test("a turn's fields are set, and null removes one", () => {
  const waits = applyChatChange(running, {
    type: "turnChanged",
    turnId: "t2",
    waiting: { stage: "thinking" },
  })
  assert.deepEqual(waits.turns[1]?.waiting, { stage: "thinking" })
  const done = applyChatChange(waits, { type: "turnChanged", turnId: "t2", status: "done", waiting: null })
  assert.equal(done.turns[1]?.status, "done")
  assert.equal("waiting" in (done.turns[1] ?? {}), false)
})

test("dropping a turn drops all after it", () => {
  assert.deepEqual(applyChatChange(running, { type: "turnsDropped", fromTurnId: "t1" }).turns, [])
  assert.deepEqual(applyChatChange(running, { type: "turnsDropped", fromTurnId: "t2" }).turns, [
    running.turns[0],
  ])
})

test("a change that names nothing known changes nothing", () => {
  const unknown: readonly ChatChange[] = [
    { type: "stepAppended", turnId: "t9", stepId: "s", text: "x", tokens: 1 },
    { type: "stepAppended", turnId: "t2", stepId: "zz", text: "x", tokens: 1 },
    { type: "turnsDropped", fromTurnId: "t9" },
    { type: "turnChanged", turnId: "t9", status: "done" },
  ]
  for (const change of unknown) assert.deepEqual(applyChatChange(running, change), running)
})
