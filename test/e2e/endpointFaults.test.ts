// Endpoints that fail, each in VS Code over real HTTP: one sentence and a next step, what arrived is kept, and one
// click sends the message again.
import assert from "node:assert/strict"
import { setTimeout as wait } from "node:timers/promises"
import type { Locator } from "playwright-core"
import { endedAnswer } from "../../scripts/vscodeHost/chatPage.ts"
import { enterLine, question } from "../../scripts/vscodeHost/quickInput.ts"
import { doorTo } from "../support/door.ts"
import { ospreyTest } from "../support/ospreyInVsCode.ts"
import { jsonReply, type Reply, streamReply } from "../support/scriptedEndpoint.ts"
import { begunReply, callReply, startScriptedVllm, textReply, vllmModel } from "../support/scriptedVllm.ts"

/** The card about what went wrong: its title and sentence, and the names of its buttons. */
async function cardOf(answer: Locator): Promise<{ words: string; buttons: readonly string[] }> {
  await endedAnswer(answer)
  const card = answer.locator(".card.error, .notice").last()
  await card.waitFor()
  return {
    words: await card.locator(".card-head > div").innerText(),
    buttons: await card.locator("vscode-button").allInnerTexts(),
  }
}

async function press(answer: Locator, button: string): Promise<void> {
  await answer.locator("vscode-button", { hasText: button }).click()
}

const rightKey = "sk-right-4711"
let isLocked = false
let odd: Reply | undefined

const strange = await startScriptedVllm({
  refuse: ({ headers }) =>
    isLocked && headers.authorization !== `Bearer ${rightKey}`
      ? jsonReply(401, { error: { message: "Invalid API key", type: "invalid_request_error", code: 401 } })
      : undefined,
  answer: () => odd,
})
const door = await doorTo(strange.origin)

ospreyTest(
  "what no answer came of is told in a sentence, and one click sends the message again",
  {
    settings: { "osprey.chat.model": `${door.baseUrl} ${vllmModel}` },
    servers: [strange, { stop: door.shut }],
  },
  async ({ page, chat, violations }) => {
    const { host } = new URL(door.origin)
    const { ask, answers, messages, frame } = await chat()
    const answeredBy = async (button: string) => {
      const count = await answers.count()
      await press(answers.last(), button)
      await answers.last().getByText("Hello to you.").waitFor()
      assert.equal(await answers.count(), count)
    }

    await door.shut()
    const away = await cardOf(await ask("Are you there?"))
    assert.match(away.words, new RegExp(`No answer from ${host}`))
    assert.match(away.words, /The server may not be running\. Start it, then retry\./)
    assert.deepEqual(away.buttons, ["Retry", "Check the endpoint", "Other model…"])
    await door.open()
    await answeredBy("Retry")

    odd = page200("<!doctype html><html><head><title>Sign in to the wifi</title></head></html>")
    const html = await cardOf(await ask("A page?"))
    assert.match(html.words, new RegExp(`${host} gave an answer Osprey can't read\\s+Retry`))
    assert.equal(html.buttons[0], "Retry")

    odd = jsonReply(200, { error: { message: "The model is still loading", code: 503 } })
    const error = await cardOf(await ask("An error?"))
    assert.match(error.words, new RegExp(`${host} failed to answer\\s+The fault is at the server`))
    assert.deepEqual(error.buttons, ["Retry", "Check the endpoint", "Other model…"])
    await answers
      .last()
      .getByRole("button", { name: /What the server said/ })
      .click()
    await frame.getByRole("region", { name: "What the server said" }).getByText("still loading").waitFor()
    odd = undefined
    await answeredBy("Retry")

    isLocked = true
    const locked = await cardOf(await ask("Open up"))
    assert.match(locked.words, new RegExp(`${host} refused the key`))
    assert.deepEqual(locked.buttons, ["Enter key…", "Other model…"])
    await press(answers.last(), "Enter key…")
    const title = `API key for ${host}`
    await enterLine(page, title, "sk-wrong")
    const box = await question(page, title)
    await box.getByText(`${host} refused this key.`).waitFor()
    await enterLine(page, title, rightKey)
    await answers.last().getByText("Hello to you.").waitFor()

    const sent = ["Are you there?", "A page?", "An error?", "Open up"]
    assert.deepEqual(await messages.locator("p").allInnerTexts(), sent)
    assert.doesNotMatch(await frame.locator("body").innerText(), /sk-/)
    assert.deepEqual(violations(), [])
  },
)

function page200(html: string): Reply {
  return { headers: { "content-type": "text/html" }, body: [html] }
}

const half = "The first half of this answer"
const fragile = await startScriptedVllm({
  answer({ text, result }) {
    if (text === "Cut")
      return streamReply([...begunReply("The first half ", "of this answer"), { reset: true }])
    if (text === "Cut after a tool")
      return result === undefined
        ? callReply("read_file", { path: "price.txt" })
        : streamReply([...begunReply(half), { reset: true }])
    if (text === "Stall") return streamReply([...begunReply(half), { hang: true }])
    if (text === "Nothing") return streamReply([{ hang: true }])
    return text.startsWith("Please go on") ? textReply(", and the second.") : undefined
  },
})

ospreyTest(
  "a cut stream keeps what came and goes on, no tool runs twice, and Stop ends a stalled one",
  {
    files: { "price.txt": "canary-4711\n" },
    settings: { "osprey.chat.model": `${fragile.baseUrl} ${vllmModel}` },
    servers: [fragile],
  },
  async ({ chat, violations }) => {
    const { ask, frame } = await chat()
    const cut = await ask("Cut")
    const { words, buttons } = await cardOf(cut)
    assert.match(words, /Interrupted after \d+ tokens\s+The connection ended\. What arrived is kept\./)
    assert.deepEqual(buttons, ["Continue", "Retry"])
    await cut.getByText(half).waitFor()
    await press(cut, "Continue")
    await cut.getByText(", and the second.").waitFor()
    const whole = await endedAnswer(cut)
    assert.ok(whole.includes(half))
    assert.doesNotMatch(whole, /Interrupted/)

    const asked = fragile.requests.length
    const afterTool = await ask("Cut after a tool")
    assert.equal((await cardOf(afterTool)).buttons[0], "Continue")
    assert.equal(await afterTool.getByRole("button", { name: "Read price.txt" }).count(), 1)
    assert.equal(fragile.requests.length, asked + 2)

    for (const text of ["Stall", "Nothing"]) {
      const at = fragile.requests.length
      const stalled = await ask(text)
      await fragile.arrived(at)
      if (text === "Stall") await stalled.getByText(half).waitFor()
      await frame.getByRole("button", { name: "Stop", exact: true }).click()
      const stopped = await Promise.race([endedAnswer(stalled), wait(60_000, "never", { ref: false })])
      assert.match(stopped, /Stopped by you/)
      assert.equal(stopped.includes(half), text === "Stall")
      await fragile.hungUp(at)
    }
    assert.match(await endedAnswer(await ask("And now?")), /Hello to you\./)
    assert.deepEqual(violations(), [])
  },
)
