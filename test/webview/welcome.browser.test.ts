// The welcome page in a real Chromium: by mouse alone, by keyboard alone, what is filled, what is heard, and where
// the focus goes when a model was chosen.
import assert from "node:assert/strict"
import { after, afterEach, before, beforeEach, test } from "node:test"
import type { HostToView } from "../../src/protocol/chatProtocol.ts"
import type { ModelState } from "../../src/protocol/chatState.ts"
import { type ChatPage, type ChatPageBrowser, chatPageBrowser } from "./chatPageBrowser.ts"
import { demoModel, localModel, noModel, searches, stateOf, states } from "./chatPageStates.ts"

let browser: ChatPageBrowser
let chat: ChatPage

before(async () => {
  browser = await chatPageBrowser()
})
after(() => browser.close())
beforeEach(async () => {
  chat = await browser.open()
})
afterEach(async () => {
  assert.deepEqual(await chat.faults(), [])
  await chat.close()
})

const button = (name: string) => chat.page.getByRole("button", { name, exact: true })
const field = () => chat.page.getByRole("textbox", { name: "Message" })
const filled = () => chat.page.locator("vscode-button:not([secondary])").allInnerTexts()
const heard = () => chat.page.locator("#said-status").textContent()
const press = (key: string) => chat.page.keyboard.press(key)
const action = (does: string) => ({ type: "action", does })
const chosen = (model: ModelState): HostToView => ({ type: "settings", model, showReasoning: false })

async function show(message = states.noModel ?? stateOf([], noModel)): Promise<void> {
  await chat.send(message)
  await chat.sent()
}

/** Name of what has the focus: its label, or its text. */
function focused(): Promise<string | undefined> {
  return chat.page.evaluate(() => {
    const element = document.activeElement
    return element?.getAttribute("aria-label") ?? element?.textContent?.trim()
  })
}

test("without a model the page offers one, instead of a field to write in", async () => {
  await show()
  await chat.page.getByRole("heading", { name: "Choose a model" }).waitFor()
  await chat.page.getByText("Fits: 24 GB memory, 13–20 tokens/s expected, 16k context.").waitFor()
  assert.equal(await field().count(), 0)
})

test("one button is filled: the download where gpt-oss-20b fits, the endpoint where it doesn't", async () => {
  await show()
  assert.deepEqual(await filled(), ["Download 12.1 GB"])
  await show(states.noModelTooSmall)
  assert.deepEqual(await filled(), ["Set up…"])
})

test("by mouse: every way says what it is", async () => {
  await show()
  for (const name of [
    "Download 12.1 GB: gpt-oss-20b",
    "Use a file…",
    "Start: Use the demo model",
    "Set up…: Connect an endpoint",
    "Look for local servers",
  ])
    await button(name).click()
  assert.deepEqual(
    await chat.sent(),
    ["downloadModel", "chooseFile", "useDemo", "connectEndpoint", "lookForServers"].map(action),
  )
})

test("by keyboard: Tab goes from the filled button down, Enter and Space press", async () => {
  await show()
  await chat.send({ type: "focusComposer" })
  const passed = [await focused()]
  for (let step = 0; step < 4; step++) {
    await press("Tab")
    passed.push(await focused())
  }
  assert.deepEqual(passed, [
    "Download 12.1 GB: gpt-oss-20b",
    "Use a file…",
    "Start: Use the demo model",
    "Set up…: Connect an endpoint",
    "Look for local servers",
  ])
  await press("Space")
  await press("Shift+Tab")
  await press("Shift+Tab")
  await press("Enter")
  assert.deepEqual(await chat.sent(), ["lookForServers", "useDemo"].map(action))
})

test("a chosen model brings the field, focused, and is said", async () => {
  await show()
  await button("Start: Use the demo model").click()
  await chat.send(chosen(demoModel))
  assert.equal(await chat.page.locator(".welcome").count(), 0)
  assert.equal(await focused(), "Message")
  assert.equal(await heard(), "Model chosen: Demo model")
})

test("a model chosen elsewhere takes no focus", async () => {
  await show()
  await chat.send(chosen(localModel))
  assert.equal(await field().count(), 1)
  assert.notEqual(await focused(), "Message")
})

test("when the model goes away under the field, what was typed stays", async () => {
  await show(stateOf([], localModel))
  await field().fill("half a message")
  await chat.send(chosen(noModel))
  assert.equal(await focused(), "Download 12.1 GB: gpt-oss-20b")
  await chat.send(chosen(localModel))
  assert.equal(await field().inputValue(), "half a message")
  assert.equal(await focused(), "Message")
})

test("servers are looked for on request; those with gpt-oss can be used, the other says why not", async () => {
  await show()
  assert.equal(await chat.page.getByText("Found on this computer").count(), 0)
  await button("Look for local servers").click()
  await chat.send(searches.looking ?? { type: "focusComposer" })
  assert.equal(await focused(), "Looking…")
  await chat.send(searches.found ?? { type: "focusComposer" })
  assert.equal(await focused(), "Found on this computer")
  assert.equal(await heard(), "2 servers found, 1 with gpt-oss")
  await chat.page.getByText("localhost:11434 · gpt-oss:20b, gpt-oss:120b").waitFor()
  await chat.page.getByText("localhost:1234 · runs, but has no gpt-oss model").waitFor()
  assert.equal(await chat.page.getByRole("button", { name: /LM Studio/ }).count(), 0)
  assert.deepEqual(await filled(), ["Download 12.1 GB"])
  await button("Use: Ollama").click()
  await button("Look again").click()
  assert.deepEqual(await chat.sent(), ["lookForServers", "use:ollama", "lookForServers"].map(action))
})

test("nothing found says so", async () => {
  await show()
  for (const message of Object.values(searches)) await chat.send(message)
  await chat.page.getByText("No server answered.").waitFor()
  assert.equal(await heard(), "No server found")
})

test("in a small view the page begins at its top", async () => {
  await chat.page.setViewportSize({ width: 300, height: 300 })
  await show()
  await chat.send(searches.found ?? { type: "focusComposer" })
  await chat.drawn()
  assert.equal(await chat.page.locator(".log").evaluate(log => log.scrollTop), 0)
})

test("an earlier conversation stays readable above the choice", async () => {
  await show(states.noModelLater)
  await chat.page.getByText("It is rounded twice.").waitFor()
  await chat.page.getByRole("heading", { name: "Choose a model" }).waitFor()
})
