// R18, R29 and R30 in short: cancels at random moments, and chat beside ghost text.
import assert from "node:assert/strict"
import { after, test } from "node:test"
import { chosenSeed } from "../../scripts/vscodeHost/randomSource.ts"
import { localDemoModel } from "../support/localDemoModel.ts"
import { ask, loadRequest, startRuntime } from "../support/runtimeTest.ts"
import { mixedRequests } from "./mixedRequests.ts"
import { randomCancels } from "./randomCancels.ts"

const runtime = startRuntime()
after(() => runtime.stop())

test("twenty cancels at random moments; every answer after them is whole", async t => {
  const seed = chosenSeed()
  t.diagnostic(`seed ${seed} (OSPREY_SEED repeats one)`)
  await randomCancels(localDemoModel(runtime), 20, seed)
})

test("chat and ghost text at once, twenty times: nothing mixed, nothing lost, and chat gives way", async () => {
  await ask(runtime, loadRequest())
  const { chatBetween } = await mixedRequests(runtime, 20)
  // One message may be on its way when ghost text begins.
  assert.ok(
    chatBetween.every(count => count <= 1),
    chatBetween.join(" "),
  )
})
