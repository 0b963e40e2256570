// The packaged extension in a real VS Code: it activates, its page shows under its strict policy, and the watch for
// violations of that policy is awake.
import assert from "node:assert/strict"
import { ospreyTest } from "../support/ospreyInVsCode.ts"

ospreyTest("the extension activates and its page shows", {}, async osprey => {
  const { composer, answers } = await osprey.chat()
  await composer.fill("Hello")
  assert.equal(await composer.inputValue(), "Hello")
  assert.equal(await answers.count(), 0)
  assert.deepEqual(osprey.violations(), [])
})

ospreyTest("a violation of the page's policy would be seen", {}, async osprey => {
  const { frame, composer } = await osprey.chat()
  await composer.evaluate(node => node.setAttribute("style", "color: red"))
  await frame.locator("[style]").first().waitFor({ state: "attached" })
  while (osprey.violations().length === 0) await osprey.page.waitForTimeout(50) // the test's own time limit ends it
  assert.match(osprey.violations().join("\n"), /style/)
})
