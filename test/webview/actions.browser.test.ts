// What clicks and keys on the page ask of the host. In a real Chromium, on the built page.
import assert from "node:assert/strict"
import { after, afterEach, before, beforeEach, test } from "node:test"
import type { Turn } from "../../src/protocol/chatState.ts"
import { type ChatPage, type ChatPageBrowser, chatPageBrowser } from "./chatPageBrowser.ts"
import {
  answer,
  demoModel,
  hostedModel,
  localModel,
  stateOf,
  states,
  textStep,
  thought,
  toolStep,
  turn,
} from "./chatPageStates.ts"

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

const field = () => chat.page.getByRole("textbox", { name: "Message" })
/** The field's text, once everything before is drawn. */
async function written(): Promise<string> {
  await chat.drawn()
  return field().inputValue()
}
const button = (name: string) => chat.page.getByRole("button", { name, exact: true })

/** What the page sends from here on. */
async function show(message = stateOf([])): Promise<void> {
  await chat.send(message)
  await chat.sent()
}

function change(fields: Partial<Pick<Turn, "status">>) {
  return { type: "change", change: { type: "turnChanged", turnId: "t1", ...fields } } as const
}

test("the page asks for the state when it starts", async () => {
  assert.deepEqual(await chat.sent(), [{ type: "ready" }])
})

test("Enter sends, Shift+Enter makes a line, an empty field sends nothing", async () => {
  await show()
  await field().press("Enter")
  await field().fill("   ")
  await field().press("Enter")
  assert.deepEqual(await chat.sent(), [])
  assert.equal(await button("Send").isDisabled(), true)
  await field().fill("one")
  await field().press("Shift+Enter")
  await field().pressSequentially("two")
  await field().press("Enter")
  assert.deepEqual(await chat.sent(), [{ type: "send", text: "one\ntwo" }])
  assert.equal(await written(), "")
})

test("Stop stops, and so do two Escapes in a row", async () => {
  await show(states.streamingText)
  await button("Stop").click()
  assert.deepEqual(await chat.sent(), [{ type: "stop" }])
  await field().press("Escape")
  assert.deepEqual(await chat.sent(), [])
  await field().press("Escape")
  assert.deepEqual(await chat.sent(), [{ type: "stop" }])
})

test("a message written while Osprey works waits, can be edited, and is sent when the turn is done", async () => {
  await show(states.streamingText)
  await field().fill("next")
  await button("Add to queue").click()
  await chat.page.getByText("Next: next").waitFor()
  assert.deepEqual(await chat.sent(), [])
  await button("Edit waiting message").click()
  await chat.drawn()
  assert.equal(await written(), "next")
  await field().press("Enter")
  await chat.send(change({ status: "done" }))
  assert.deepEqual(await chat.sent(), [{ type: "send", text: "next" }])
  assert.equal(await chat.page.locator(".queue").count(), 0)
})

test("after Stop a waiting message returns to the field instead of being sent", async () => {
  await show(states.streamingText)
  await field().fill("next")
  await field().press("Enter")
  await chat.send(change({ status: "stopped" }))
  assert.deepEqual(await chat.sent(), [])
  assert.equal(await written(), "next")
})

test("↑ brings earlier messages back", async () => {
  await show(stateOf([turn({ id: "a", text: "first" }), turn({ id: "b", text: "second" })]))
  await field().press("ArrowUp")
  await field().press("ArrowUp")
  assert.equal(await written(), "first")
  await field().press("ArrowDown")
  assert.equal(await written(), "second")
})

test("suggestions fill the field and don't send", async () => {
  await show(states.empty)
  await button("Explain this project").click()
  assert.equal(await written(), "Explain this project")
  assert.deepEqual(await chat.sent(), [])
  assert.equal(await field().evaluate(element => element === document.activeElement), true)
})

test("code can be copied, inserted and saved, the answer copied and given again", async () => {
  await show(states.done)
  const code = /```ts pricing\.ts\n([\s\S]*?)\n```/.exec(answer)?.[1] ?? ""
  for (const name of ["Copy code", "Insert at cursor", "Save as new file", "Copy answer", "Answer again"])
    await button(name).click()
  assert.deepEqual(await chat.sent(), [
    { type: "copy", text: code },
    { type: "insertAtCursor", text: code },
    { type: "saveAsNewFile", text: code, language: "ts" },
    { type: "copy", text: answer },
    { type: "retry", turnId: "t1" },
  ])
  assert.equal(await button("Copy answer").locator(".codicon-check").count(), 1)
})

test("a tool row opens to its arguments and its whole result, and copies it", async () => {
  await show(states.tools)
  await button("Searched lineTotal 4 matches").click()
  await chat.page.getByText("search_text · 0.2").waitFor()
  await button("Copy result").click()
  const sent = await chat.sent()
  assert.ok(sent[0]?.type === "copy" && sent[0].text.startsWith("cart.ts:21"))
  await chat.page.locator(".row[aria-expanded=true]").press("ArrowLeft")
  await chat.drawn()
  assert.equal(await chat.page.locator(".row-body").count(), 0)
})

test("a question has the focus on its refusing button and no filled one; Escape refuses", async () => {
  await show(states.asks)
  await chat.page.waitForFunction(() => document.activeElement?.matches(".refuse"))
  assert.equal(await chat.page.locator(".ask vscode-button:not([secondary])").count(), 0)
  assert.equal(await field().getAttribute("placeholder"), "Waiting for your answer above")
  await chat.page.keyboard.press("Tab")
  assert.equal(await chat.page.evaluate(() => document.activeElement?.matches(".allow")), true)
  await chat.page.keyboard.press("Tab")
  assert.equal(await chat.page.evaluate(() => document.activeElement?.closest(".ask") !== null), true)
  await reacts()
  await chat.page.keyboard.press("Escape")
  assert.deepEqual(await chat.sent(), [{ type: "answerApproval", stepId: "ask", allow: false }])
})

test("an answer in the first 300 ms is not taken; later it is", async () => {
  await pageTime(1000)
  await show(states.asks)
  await pageTime(1299)
  await chat.page.locator(".ask .allow").dispatchEvent("click")
  await chat.page.locator(".ask .refuse").dispatchEvent("click")
  assert.deepEqual(await chat.sent(), [])
  await pageTime(1300)
  await chat.page.locator(".ask .allow").dispatchEvent("click")
  assert.deepEqual(await chat.sent(), [{ type: "answerApproval", stepId: "ask", allow: true }])
})

test("another question waits anew", async () => {
  await pageTime(1000)
  await show(states.asks)
  await pageTime(2000)
  const asked = states.asks?.type === "state" ? states.asks.state.turns[0] : undefined
  const step = asked?.steps.at(-1)
  assert.ok(step?.type === "tool")
  await show(stateOf([turn({ status: "running", steps: [{ ...step, id: "ask2" }] })]))
  await chat.page.locator(".ask .allow").dispatchEvent("click")
  assert.deepEqual(await chat.sent(), [])
})

test("an error's buttons say what they do, and its own words open", async () => {
  await show(states.error)
  await chat.page.getByText("Enter key…").click()
  await chat.page.getByText("Other model…").click()
  assert.deepEqual(await chat.sent(), [
    { type: "action", does: "enterKey" },
    { type: "action", does: "chooseModel" },
  ])
  await button("What the server said 401").click()
  await chat.page.getByText("No auth credentials found").waitFor()
  assert.equal(await chat.page.locator("vscode-button:not([secondary])").count(), 1)
})

test("an interrupted answer can be continued or asked again", async () => {
  await show(states.interrupted)
  await chat.page.getByText("Continue").click()
  await chat.page.getByText("Retry").click()
  assert.deepEqual(await chat.sent(), [
    { type: "continue", turnId: "t1" },
    { type: "retry", turnId: "t1" },
  ])
})

test("the demo model is called so and says what it can't do", async () => {
  await show(stateOf([], demoModel))
  await chat.page.getByText("it can’t explain or write code").waitFor()
  await button("Choose a model…").click()
  assert.deepEqual(await chat.sent(), [{ type: "action", does: "chooseModel" }])
  await chat.send({ type: "settings", model: localModel, showReasoning: false })
  assert.equal(await chat.page.locator(".demo-line").count(), 0)
})

test("reasoning is open by itself when the setting says so, and can be closed", async () => {
  await show(stateOf([turn({ steps: [thought] })]))
  await chat.send({ type: "settings", model: hostedModel, showReasoning: true })
  const row = chat.page.getByRole("button", { name: /Thought for/ })
  assert.equal(await row.getAttribute("aria-expanded"), "true")
  await row.click()
  assert.equal(await row.getAttribute("aria-expanded"), "false")
})

test("a reloaded page has its draft, its open rows and its place again", async () => {
  const long = Array.from({ length: 80 }, (_, at) => `Paragraph ${at}.`).join("\n\n")
  const message = stateOf([
    turn({ id: "t1", steps: [toolStep({}), textStep(long)] }),
    turn({ id: "t2", steps: [textStep(long, "x")] }),
  ])
  await show(message)
  await field().fill("half a message")
  await chat.page.locator(".row").first().click()
  await chat.page.mouse.move(150, 200)
  await chat.page.mouse.wheel(0, -1500)
  await button("To the end").waitFor()
  const place = () => chat.page.locator(".log").evaluate(log => Math.round(log.scrollTop))
  const before = await place()
  await chat.page.waitForFunction(() => sessionStorage.getItem("state")?.includes('"anchor":{'))
  await chat.reload()
  await chat.send(message)
  assert.equal(await written(), "half a message")
  assert.equal(await chat.page.locator(".row[aria-expanded=true]").count(), 1)
  await button("To the end").waitFor()
  assert.ok(Math.abs((await place()) - before) <= 2, `${await place()} instead of ${before}`)
})

test("what isn't a message of ours changes nothing", async () => {
  await show(states.done)
  const before = await chat.page.locator("main").innerHTML()
  await chat.page.evaluate(() => {
    for (const data of [null, 1, "state", [], {}, { type: "evil" }, { type: "constructor" }, { type: 7 }])
      window.dispatchEvent(new MessageEvent("message", { data }))
  })
  await chat.drawn()
  assert.equal(await chat.page.locator("main").innerHTML(), before)
})

test("the host can put the focus into the field and have a word said", async () => {
  await show()
  await chat.send({ type: "focusComposer" }, { type: "announce", text: "Copied" })
  assert.equal(await field().evaluate(element => element === document.activeElement), true)
  assert.equal(await chat.page.locator("#said-status").textContent(), "Copied")
})

test("↑ and ↓ go from message to message, Enter goes inside, Escape back to the field", async () => {
  await show(states.error)
  await chat.page.locator("article").last().focus()
  await chat.page.keyboard.press("ArrowUp")
  await chat.page.keyboard.press("ArrowUp")
  assert.equal(
    await chat.page.evaluate(() => document.activeElement?.matches(".turn:first-child .answer")),
    true,
  )
  await chat.page.keyboard.press("Enter")
  assert.equal(await chat.page.evaluate(() => document.activeElement?.matches(".row")), true)
  await chat.page.keyboard.press("Escape")
  assert.equal(await field().evaluate(element => element === document.activeElement), true)
})

/** The page's clock stands at `now`, in milliseconds: it doesn't run on while a busy machine gets to the next step. */
async function pageTime(now: number): Promise<void> {
  await chat.page.evaluate(at => {
    performance.now = () => at
  }, now)
}

/** The question takes answers now: asked of the page's own clock, not slept through. */
async function reacts(): Promise<void> {
  const shown = await chat.page.evaluate(() => performance.now())
  await chat.page.waitForFunction(since => performance.now() - since > 350, shown)
}
