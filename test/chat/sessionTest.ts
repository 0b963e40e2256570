// A chat session in a test: on a disk that a later session finds again, with a page that follows its changes.
import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterEach, beforeEach } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import { type ChatSession, openChatSession } from "../../src/chat/chatSession.ts"
import { conversationStore } from "../../src/chat/conversationStore.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { applyChatChange, type ChatState, type Turn } from "../../src/protocol/chatState.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import type { ScriptedTurn } from "../support/scriptedModel.ts"

let folder: string

/** The workspace, and beside it the conversations. */
export const sessionFolder = (): string => folder

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "osprey-session-"))
})
const opened: ChatSession[] = []
afterEach(async () => {
  for (const session of opened.splice(0)) await session.close()
  rmSync(folder, { recursive: true })
})

/** A session on the same disk as the ones before it: opening again is what a reload of the window does. */
export async function open(model: LanguageModel | (() => LanguageModel), maxToolCalls = 25) {
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
    limits: () => ({ effort: "medium", maxToolCalls }),
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

export const lastTurn = (state: ChatState): Turn => state.turns.at(-1) ?? assert.fail("there is no turn")
export const textOf = (turn: Turn) =>
  turn.steps.flatMap(step => (step.type === "text" ? [step.text] : [])).join("")

/** Says something and then never ends by itself. */
export function stalls(text: string): ScriptedTurn {
  return async function* (_request, signal) {
    yield { type: "text", text, tokens: 2 }
    await new Promise(resolve => signal.addEventListener("abort", resolve, { once: true }))
  }
}

export function logFile(): string {
  const chats = path.join(folder, "chats")
  return path.join(chats, readdirSync(chats).find(name => name.endsWith(".jsonl")) ?? assert.fail("no log"))
}

export function logText(): string {
  return readFileSync(logFile(), "utf8")
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5))
}
