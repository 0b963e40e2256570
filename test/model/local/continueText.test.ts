// Going on with a text that is begun: ghost text in a context of its own, and answers of the chat in the chat's.
import assert from "node:assert/strict"
import { afterEach, beforeEach, test } from "node:test"
import type { ContinueRequest, Usage } from "../../../src/model/languageModel.ts"
import type { LocalModel } from "../../../src/model/local/localModel.ts"
import type { RuntimeProcess } from "../../../src/model/local/runtimeProcess.ts"
import { chat, user } from "../../support/demoConversation.ts"
import { localDemoModel } from "../../support/localDemoModel.ts"
import { never, startRuntime } from "../../support/runtimeTest.ts"

let runtime: RuntimeProcess
let model: LocalModel
beforeEach(() => {
  runtime = startRuntime()
  model = localDemoModel(runtime)
})
afterEach(() => runtime.stop())

const ghostText: ContinueRequest = {
  conversation: { messages: [...chat, user("Complete src/a.ts")] },
  maxTokens: 40,
  prefill: "for (let i = 0; i < items.length; i++) {\n",
}
const question = { messages: [...chat, user("What is a closure?")] }

async function continued(
  request: ContinueRequest,
): Promise<{ readonly text: string; readonly usage: Usage }> {
  let text = ""
  for await (const event of model.continueText(request, never)) {
    if (event.type === "text") text += event.text
    if (event.type === "usage") return { text, usage: event.usage }
  }
  throw new Error("it ended without usage")
}

test("text goes on from a prefill, without thinking", async () => {
  const { text } = await continued(ghostText)
  assert.ok(text.length > 0 && !text.includes("<|"), JSON.stringify(text))
})

test("an answer begun in the chat uses what the chat has read, and leaves ghost text's prompt alone", async () => {
  await continued(ghostText)
  for await (const _ of model.stream({ conversation: question, maxTokens: 20 }, never));
  const begun = await continued({ conversation: question, maxTokens: 60, prefill: "", inChat: true })
  assert.match(begun.text, /\w{3}/)
  assert.ok(begun.usage.reusedTokens >= begun.usage.promptTokens - 4, JSON.stringify(begun.usage))
  const { usage } = await continued(ghostText)
  assert.equal(usage.reusedTokens, usage.promptTokens - 1)
})
