// R18, R29 and R30 at full length: 500 cancels, and 200 requests of chat and ghost text.
import assert from "node:assert/strict"
import { after, test } from "node:test"
import { chosenSeed } from "../../scripts/vscodeHost/randomSource.ts"
import { localDemoModel } from "../support/localDemoModel.ts"
import { ask, loadRequest, startRuntime } from "../support/runtimeTest.ts"
import { mixedRequests } from "./mixedRequests.ts"
import { randomCancels } from "./randomCancels.ts"

const runtime = startRuntime()
after(() => runtime.stop())

test("500 cancels at random moments; every answer after them is whole", async t => {
  const seed = chosenSeed()
  t.diagnostic(`seed ${seed} (OSPREY_SEED repeats one)`)
  await randomCancels(localDemoModel(runtime), 500, seed)
})

test("200 requests, chat and ghost text at once: nothing mixed, nothing lost, and chat gives way", async () => {
  await ask(runtime, loadRequest())
  const { chatBetween } = await mixedRequests(runtime, 100)
  assert.ok(
    chatBetween.every(count => count <= 1),
    chatBetween.join(" "),
  )
})
