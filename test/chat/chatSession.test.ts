import assert from "node:assert/strict"
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterEach, beforeEach, test } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import { type ChatSession, openChatSession } from "../../src/chat/chatSession.ts"
import { conversationStore } from "../../src/chat/conversationStore.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { ModelError } from "../../src/model/modelError.ts"
import { applyChatChange, type ChatState, type Turn } from "../../src/protocol/chatState.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { calls, type ScriptedTurn, says, scriptedModel } from "../support/scriptedModel.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "osprey-session-"))
})
const opened: ChatSession[] = []
afterEach(async () => {
  for (const session of opened.splice(0)) await session.close()
  rmSync(folder, { recursive: true })
})

/** A session on the same disk as the ones before it: opening again is what a reload of the window does. */
async function open(model: LanguageModel | (() => LanguageModel)) {
  const roots = [{ name: "w", path: folder }]
  let page: ChatState = { conversationId: "", turns: [] }
  const session = await openChatSession({
    store: conversationStore({
      folder: path.join(folder, "chats"),
      today: () => "2026-11-20",
      onError: error => assert.fail(String(error)),
    }),
    workspace: () => diskWorkspace({ roots, ripgrepPath: rgPath }),
    model: typeof model === "function" ? model : () => model,
    limits: () => ({ effort: "medium", maxToolCalls: 25 }),
    onChange: change => {
      page = applyChatChange(page, change)
    },
    onReset: state => {
      page = state
    },
  })
  opened.push(session)
  page = session.state()
  return { session, page: () => page }
}

const lastTurn = (state: ChatState): Turn => state.turns.at(-1) ?? assert.fail("there is no turn")
const textOf = (turn: Turn) => turn.steps.flatMap(step => (step.type === "text" ? [step.text] : [])).join("")

/** Says something and then never ends by itself. */
function stalls(text: string): ScriptedTurn {
  return async function* (_request, signal) {
    yield { type: "text", text, tokens: 2 }
    await new Promise(resolve => signal.addEventListener("abort", resolve, { once: true }))
  }
}

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
    tokensPerSecond: 10,
    firstTokenMs: 10,
    reused: 0.5,
  })
})

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
  writeFileSync(path.join(folder, "chats", "index.json"), "\0\0\0")
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
  assert.equal(readdirSync(path.join(folder, "chats")).filter(name => name.endsWith(".jsonl")).length, 2)
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
  writeFileSync(path.join(folder, ".env"), "TOKEN=CANARY-ENV\n")
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

function logFile(): string {
  const chats = path.join(folder, "chats")
  return path.join(chats, readdirSync(chats).find(name => name.endsWith(".jsonl")) ?? assert.fail("no log"))
}

function logText(): string {
  return readFileSync(logFile(), "utf8")
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5))
}
