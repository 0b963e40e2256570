// Prompts are byte-stable: within one answer each prompt begins with the one before it, over a session each begins
// with all that was said before, also after a reload on another day. Only finished reasoning goes.
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { test } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import { openChatSession } from "../../src/chat/chatSession.ts"
import { conversationStore } from "../../src/chat/conversationStore.ts"
import { renderConversation } from "../../src/harmony/renderConversation.ts"
import { defaultDialect } from "../../src/model/hosted/chatDialect.ts"
import { chatRequest } from "../../src/model/hosted/chatRequest.ts"
import type { LanguageModel, ModelRequest } from "../../src/model/languageModel.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { calls, scriptedModel } from "../support/scriptedModel.ts"
import { writes } from "./loopTest.ts"

const list = calls({ name: "list_directory", arguments: { path: "." } })
const says = (text: string) =>
  writes(
    `<|channel|>analysis<|message|>Now I know.<|end|><|start|>assistant<|channel|>final<|message|>${text}<|return|>`,
  )

/** What each request of a session was: two questions, then a reload two days later and a third one. */
async function requests(): Promise<readonly ModelRequest[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "osprey-stable-"))
  const model = scriptedModel(list, says("One."), list, says("Two."), says("Three."))
  const session = (today: string) =>
    openChatSession({
      store: conversationStore({
        folder,
        today: () => today,
        onError: error => assert.fail(String(error)),
      }),
      workspace: () => diskWorkspace({ roots: [{ name: "w", path: folder }], ripgrepPath: rgPath }),
      model: (): LanguageModel => model,
      limits: () => ({ effort: "medium", maxToolCalls: 25 }),
      onChange: () => {},
      onReset: () => {},
    })
  const first = await session("2026-11-20")
  await first.send("First?")
  await first.send("Second?")
  await first.close()
  const second = await session("2026-11-22")
  await second.send("Third?")
  await second.close()
  rmSync(folder, { recursive: true })
  return model.requests
}

const asked = await requests()

/** The prompt as text, as a local model is fed it and without the `<|start|>assistant` that asks for more. */
function prompt({ conversation }: ModelRequest, historyRule: "before-last-final" | "keep-all"): string {
  return renderConversation(conversation, { mode: "conversation", historyRule })
    .map(segment => ("control" in segment ? `<|${segment.control}|>` : "text" in segment ? segment.text : ""))
    .join("")
}

function body({ conversation, sessionId }: ModelRequest): string {
  const options = { model: "m", dialect: defaultDialect, receivedReasoningField: null }
  const { messages, ...rest } = chatRequest(
    { conversation, maxTokens: 100, ...(sessionId === undefined ? {} : { sessionId }) },
    options,
  )
  return `${JSON.stringify(rest)}\n${messages.map(message => JSON.stringify(message)).join("\n")}`
}

test("five requests were made", () => assert.equal(asked.length, 5))

test("within an answer, a local prompt begins with the one before it", () => {
  for (const [earlier, later] of [
    [0, 1],
    [2, 3],
  ] as const) {
    const before = asked[earlier] ?? assert.fail()
    const after = asked[later] ?? assert.fail()
    assert.ok(prompt(after, "before-last-final").startsWith(prompt(before, "before-last-final")))
  }
})

test("over a session, everything but finished reasoning stays, to the byte", () => {
  for (const [index, later] of asked.entries()) {
    const earlier = asked[index - 1]
    if (earlier === undefined) continue
    assert.ok(prompt(later, "keep-all").startsWith(prompt(earlier, "keep-all")))
    const withoutReasoning = {
      ...earlier,
      conversation: {
        messages: earlier.conversation.messages.filter(message => message.channel !== "analysis"),
      },
    }
    const kept = prompt(later, "before-last-final").replaceAll(
      /<\|start\|>assistant<\|channel\|>analysis.*?<\|end\|>/gs,
      "",
    )
    assert.ok(kept.startsWith(prompt(withoutReasoning, "keep-all")))
  }
})

test("the date is that of the conversation's beginning, also two days later", () => {
  for (const request of asked) assert.match(prompt(request, "keep-all"), /Current date: 2026-11-20\n/)
})

test("a request to an endpoint begins with the bytes of the one before it", () => {
  for (const [index, later] of asked.entries()) {
    const earlier = asked[index - 1]
    if (earlier !== undefined) assert.ok(body(later).startsWith(body(earlier)))
  }
})
