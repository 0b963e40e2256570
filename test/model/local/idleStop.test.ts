// A model that nobody asked for a while gives its memory back: its process ends, and the next request loads again.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { ModelEvent } from "../../../src/model/languageModel.ts"
import { chat, said, user } from "../../support/demoConversation.ts"
import { localDemoModel } from "../../support/localDemoModel.ts"
import { comesTrue, isAlive, never, startRuntime } from "../../support/runtimeTest.ts"

const request = { conversation: { messages: [...chat, user("What is a closure?")] }, maxTokens: 300 }

test("idle for long enough its process is gone; the next message is seen to load it, and is answered", async () => {
  const crashes: string[] = []
  const runtime = startRuntime({ idleMs: () => 300, onCrash: ending => crashes.push(ending) })
  const model = localDemoModel(runtime)
  const pids: number[] = []
  for (let round = 0; round < 2; round++) {
    const events: ModelEvent[] = []
    for await (const event of model.stream(request, never)) {
      if (events.push(event) === 1) pids.push(runtime.pid ?? 0)
      assert.ok(runtime.pid !== undefined, "it was ended in mid-answer")
    }
    assert.match(said(events, "text"), /^A closure is a function/)
    assert.ok(events.some(event => event.type === "waiting" && event.stage === "loading"))
    assert.ok(await comesTrue(() => runtime.pid === undefined, 10_000))
    assert.ok(await comesTrue(() => !isAlive(pids.at(-1) ?? 0), 10_000))
  }
  assert.equal(new Set(pids).size, 2)
  assert.deepEqual(crashes, [])
})
