// What only the page knows: draft, queue, open rows, folding. Pictures: state, act, state.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { HostToView } from "../../src/protocol/chatProtocol.ts"
import type { TurnStatus } from "../../src/protocol/chatState.ts"
import {
  drawnTurns,
  editQueued,
  foldedSteps,
  initialPage,
  isBusy,
  type PageState,
  pendingApproval,
  recall,
  receive,
  submit,
  takeQueued,
  toggled,
  withEarlier,
} from "../../src/webview/pageState.ts"
import { nothingSaved } from "../../src/webview/savedView.ts"
import { stateOf, states, textStep, toolStep, turn } from "./chatPageStates.ts"

const blank = initialPage(nothingSaved)
const idle = receive(blank, stateOf([turn({ id: "t1", text: "first" }), turn({ id: "t2", text: "second" })]))
const busy = receive(blank, stateOf([turn({ status: "running" })]))
const typed = (page: PageState, draft: string) => ({ ...page, draft })

function ended(status: TurnStatus): HostToView {
  return { type: "change", change: { type: "turnChanged", turnId: "t1", status } }
}

test("a message is sent at once while nothing runs", () => {
  const { page, send } = submit(typed(idle, "  hello \n"))
  assert.equal(send, "hello")
  assert.deepEqual([page.draft, page.queue, isBusy(page)], ["", [], true])
})

test("nothing is sent from an empty field, or before the host has spoken", () => {
  assert.deepEqual(submit(typed(idle, " \n ")), { page: typed(idle, " \n ") })
  assert.equal(submit(typed(blank, "hello")).send, undefined)
})

test("a second message right after the first waits: the first may not have arrived yet", () => {
  const first = submit(typed(idle, "one")).page
  assert.deepEqual(submit(typed(first, "two")).page.queue, ["two"])
})

test("while a turn runs, messages wait; when it is done, they go one by one", () => {
  const waiting = submit(typed(submit(typed(busy, "one")).page, "two")).page
  assert.deepEqual(waiting.queue, ["one", "two"])
  assert.equal(takeQueued(waiting).send, undefined)
  const { page, send } = takeQueued(receive(waiting, ended("done")))
  assert.deepEqual([send, page.queue], ["one", ["two"]])
})

for (const status of ["stopped", "failed", "interrupted", "paused"] as const) {
  test(`when a turn was ${status}, waiting messages return to the composer`, () => {
    const waiting = typed(submit(typed(busy, "next")).page, "half a")
    const after = receive(waiting, ended(status))
    assert.deepEqual([after.queue, after.draft], [[], "next\n\nhalf a"])
    assert.equal(takeQueued(after).send, undefined)
  })
}

test("editing a waiting message puts it before the draft", () => {
  const waiting = typed(submit(typed(busy, "next")).page, "draft")
  assert.deepEqual(editQueued(waiting, 0).draft, "next\n\ndraft")
  assert.deepEqual(editQueued(waiting, 0).queue, [])
})

test("a message that never arrived comes back to the composer", () => {
  const sent = submit(typed(idle, "lost?")).page
  assert.equal(receive(sent, stateOf([turn({ text: "first" })])).draft, "lost?")
  assert.equal(receive(sent, stateOf([turn({ text: "first" }), turn({ id: "t3", text: "lost?" })])).draft, "")
})

test("↑ and ↓ walk through earlier messages and back to the empty field", () => {
  const once = recall(idle, 1)
  const twice = recall(once, 1)
  assert.deepEqual([once.draft, twice.draft, recall(twice, 1).draft], ["second", "first", "first"])
  assert.deepEqual([recall(twice, -1).draft, recall(recall(twice, -1), -1).draft], ["second", ""])
})

test("rows open and close", () => {
  const open = toggled(idle, "row")
  assert.ok(open.open.has("row"))
  assert.equal(toggled(open, "row").open.has("row"), false)
})

test("another conversation closes rows and forgets the queue, but keeps the draft", () => {
  const page = { ...toggled(busy, "row"), queue: ["x"], draft: "mine" }
  const other = receive(page, stateOf([], undefined, "c2"))
  assert.deepEqual([other.open.size, other.queue, other.draft], [0, [], "mine"])
})

test("four tool rows fold when the answer begins, unless one is open or the reader is elsewhere", () => {
  const tools = ["a", "b", "c", "d"].map(id => toolStep({ id }))
  const working = receive(blank, stateOf([turn({ status: "running", steps: tools })]))
  const step = textStep("So")
  const answering = receive(working, { type: "change", change: { type: "stepAdded", turnId: "t1", step } })
  assert.equal(foldedSteps(working, true).folded.has("t1"), false)
  assert.equal(foldedSteps(answering, true).folded.has("t1"), true)
  assert.equal(foldedSteps(answering, false).folded.has("t1"), false)
  assert.equal(foldedSteps(toggled(answering, "b"), true).folded.has("t1"), false)
  const three = receive(blank, stateOf([turn({ status: "running", steps: [...tools.slice(1), step] })]))
  assert.equal(foldedSteps(three, true).folded.has("t1"), false)
})

test("a loaded conversation comes folded", () => {
  assert.deepEqual([...receive(blank, states.streaming ?? stateOf([])).folded], ["t1"])
})

test("a question waits while its turn runs, and no longer", () => {
  const asks = receive(blank, states.asks ?? stateOf([]))
  assert.equal(pendingApproval(asks)?.id, "ask")
  assert.equal(pendingApproval(receive(asks, ended("stopped"))), undefined)
})

/** The ids of what is drawn of turns with answers of so many characters. */
function drawn(lengths: readonly number[], more = 0): string {
  const turns = lengths.map((length, at) =>
    turn({ id: `${at}`, text: "", steps: [textStep("x".repeat(length))] }),
  )
  let page = receive(blank, stateOf(turns))
  for (let press = 0; press < more; press++) page = withEarlier(page)
  const ids = drawnTurns(page).map(({ id }) => id)
  return ids.length === 0 ? "" : `${ids[0]}–${ids.at(-1)}`
}

test("the latest 40 turns are drawn, fewer of them when they are long; the last one in any case", () => {
  assert.equal(drawn([]), "")
  assert.equal(drawn(Array(50).fill(3_000)), "10–49")
  assert.equal(drawn(Array(50).fill(60_000)), "47–49")
  assert.equal(drawn([9, 9, 150_000, 900_000]), "2–3")
  assert.equal(drawn([9, 9, 150_001, 900_000]), "3–3")
})

test("earlier turns come on request, at least one each time", () => {
  assert.equal(drawn(Array(50).fill(3_000), 1), "0–49")
  assert.equal(drawn(Array(50).fill(60_000), 1), "44–49")
  assert.equal(drawn([9, 500_000, 500_000, 9], 1), "2–3")
  assert.equal(drawn([9, 500_000, 500_000, 9], 2), "1–3")
})

test("messages of other kinds change nothing", () => {
  assert.equal(receive(idle, { type: "focusComposer" }), idle)
  assert.equal(receive(idle, { type: "announce", text: "Copied" }), idle)
})
