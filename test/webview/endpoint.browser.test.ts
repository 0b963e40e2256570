// The page about an endpoint in a real Chromium: what its buttons ask of the host, what is copied, what is heard,
// where the keyboard's place is, and that the conversation beneath keeps its own.
import assert from "node:assert/strict"
import { after, afterEach, before, beforeEach, test } from "node:test"
import type { HostToView } from "../../src/protocol/chatProtocol.ts"
import { type ChatPage, type ChatPageBrowser, chatPageBrowser } from "./chatPageBrowser.ts"
import { localModel, stateOf, states, textStep, turn } from "./chatPageStates.ts"
import { closed, endpointPage, endpointPages, report, running } from "./endpointPageStates.ts"

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
const heard = () => chat.page.locator("#said-status").textContent()
const action = (does: string) => ({ type: "action", does })
const long = Array.from({ length: 80 }, (_, at) => `Paragraph ${at}.`).join("\n\n")

async function show(
  message: HostToView = endpointPage(),
  conversation = stateOf([turn({ steps: [textStep("It is rounded twice.")] })]),
): Promise<void> {
  await chat.send(conversation)
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

test("the composer's plug opens the page, and only an endpoint has one", async () => {
  await chat.send(stateOf([]))
  await chat.sent()
  await button("About the endpoint openrouter.ai").click()
  assert.deepEqual(await chat.sent(), [action("openEndpointPage")])
  await chat.send(stateOf([], localModel))
  assert.equal(await chat.page.locator(".codicon-plug").count(), 0)
})

test("an endpoint that was never checked offers the check", async () => {
  await show()
  await button("Check this endpoint").click()
  assert.deepEqual(await chat.sent(), [action("checkEndpoint")])
  assert.equal(await button("Copy report").count(), 0)
})

test("while it is checked there is a Stop, rows turn from running to passed, and both ends are heard", async () => {
  await show()
  await button("Check this endpoint").focus()
  await chat.send(endpointPage({ report: running }))
  assert.equal(await heard(), "Checking…")
  assert.equal(await focused(), "Stop the check")
  assert.equal(await chat.page.locator(".checks .spinner").count(), 3)
  await button("Stop the check").press("Enter")
  assert.deepEqual(await chat.sent(), [action("stopCheck")])
  await chat.send(endpointPage({ report }))
  assert.equal(await heard(), "Works. 2 things to fix.")
  assert.equal(await focused(), "Check again")
  assert.equal(await chat.page.locator(".checks .spinner").count(), 0)
})

test("findings are a list, each with its weight in words, worst first", async () => {
  await show(endpointPages.endpointDone)
  const findings = chat.page.getByRole("list", { name: "Findings" }).getByRole("listitem")
  assert.deepEqual(await findings.getByRole("heading").allTextContents(), [
    "Error: Tool calls come back as plain text",
    "Warning: Context is 8,192 tokens",
  ])
  assert.match(
    (await chat.page.locator(".check").textContent()) ?? "",
    /2 things to fix\. Checked 14:31, 6\ss\./,
  )
})

test("a remedy is copied as one line for a shell, and the button says that it was", async () => {
  await show(endpointPages.endpointDone)
  await button("Copy remedy").first().click()
  assert.deepEqual(await chat.sent(), [
    { type: "copy", text: "--tool-call-parser openai --enable-auto-tool-choice" },
  ])
  assert.equal(await chat.page.locator(".remedy .codicon-check").count(), 1)
})

test("an option stays whole with its value when the remedy wraps", async () => {
  await show(endpointPages.endpointDone)
  const tops = () =>
    chat.page
      .locator(".remedy-line")
      .first()
      .locator("span")
      .evaluateAll(parts =>
        parts.map(part => [Math.round(part.getBoundingClientRect().top), part.getClientRects().length]),
      )
  const [first, second] = await tops()
  assert.ok((first?.[0] ?? 0) < (second?.[0] ?? 0), "two lines at 300 px")
  await chat.page.setViewportSize({ width: 640, height: 640 })
  const wide = await tops()
  assert.equal(wide[0]?.[0], wide[1]?.[0], "one line at 640 px")
})

test("the report is copied as text, with what was seen and what the account has left", async () => {
  await show(endpointPages.endpointSeen)
  await button("Copy report").click()
  const [sent] = await chat.sent()
  const text = sent?.type === "copy" ? sent.text : ""
  for (const part of [
    "vllm.team.lan:8000",
    "Error: Tool calls come back as plain text",
    "    --max-model-len 131072",
    "Passed: Reachable, 38 ms",
    "Tool calls: 212, 3 malformed",
    "4.20 $ of 10.00 $ left",
  ])
    assert.ok(text.includes(part), `${part} is missing in ${text}`)
})

test("counts of faults are shown in words", async () => {
  await show(endpointPages.endpointSeen)
  const seen = await chat.page.getByRole("region", { name: "Seen here" }).textContent()
  for (const words of [/212, 3 malformed/, /End of a message missing\s*12/, /Some new code\s*1/])
    assert.match(seen ?? "", words)
})

test("Back and Escape lead to the chat, where the field has the focus again", async () => {
  await show()
  await button("Back to the chat").click()
  await chat.page.keyboard.press("Escape")
  assert.deepEqual(await chat.sent(), [action("closeEndpointPage"), action("closeEndpointPage")])
  await chat.send(closed)
  assert.equal(await chat.page.locator(".cover").count(), 0)
  assert.equal(await focused(), "Message")
})

test("the page takes the focus when it opens; what it covers can't be reached", async () => {
  await chat.send(stateOf([turn({})]))
  await field().focus()
  await chat.send(endpointPages.endpointDone ?? closed)
  assert.equal(await focused(), "Endpoint")
  assert.equal(await field().count(), 0)
  for (let step = 0; step < 6; step++) {
    await chat.page.keyboard.press("Tab")
    assert.equal(
      await chat.page.evaluate(() => document.activeElement?.closest(".dock, .log") !== null),
      false,
    )
  }
})

test("Escape on the page doesn't stop an answer that runs beneath", async () => {
  await show(endpointPage(), states.streamingText)
  await chat.page.locator(".cover h1").focus()
  await chat.page.keyboard.press("Escape")
  await chat.page.keyboard.press("Escape")
  assert.deepEqual(
    (await chat.sent()).map(message => message.type),
    ["action", "action"],
  )
})

test("the conversation keeps its place and goes on beneath", async () => {
  await chat.send(stateOf([turn({ steps: [textStep(long)] })]))
  await chat.page.mouse.move(150, 200)
  await chat.page.mouse.wheel(0, -900)
  await button("To the end").waitFor()
  const place = () => chat.page.locator(".log").evaluate(log => Math.round(log.scrollTop))
  const before = await place()
  await chat.send(endpointPages.endpointSeen ?? closed)
  await chat.send({
    type: "change",
    change: {
      type: "turnAdded",
      turn: turn({ id: "t2", text: "and more", steps: [textStep("More.", "m")] }),
    },
  })
  await chat.send(closed)
  assert.equal(await place(), before)
  await chat.page.getByText("More.").waitFor()
})

test("a question in the chat is told of, and takes its answer only after it was seen", async () => {
  await show(endpointPages.endpointDone, states.asks)
  await button("Go to the question").click()
  assert.deepEqual(await chat.sent(), [action("closeEndpointPage")])
  await chat.send(closed)
  await chat.drawn()
  assert.equal(await focused(), "Don’t read")
})

test("a page that was reloaded shows what the host sends again, and says nothing", async () => {
  await show(endpointPages.endpointDone)
  await chat.reload()
  await chat.send(endpointPages.endpointDone ?? closed, stateOf([turn({})]))
  await chat.page.getByText("Context is 8,192 tokens").waitFor()
  assert.equal(await heard(), "")
})

test("hostile words of a server stay words", async () => {
  const evil = '<img src=x onerror="window.__pwned=1">'
  const finding = {
    id: evil,
    severity: "error",
    title: evil,
    reason: evil,
    remedy: evil,
    meanwhile: evil,
  } as const
  await show(
    endpointPage({
      place: evil,
      model: evil,
      preset: evil,
      account: [evil],
      report: { ...report, verdict: evil, findings: [finding], passed: [evil], outlook: [evil] },
      record: { answers: 1, toolCalls: 0, malformedCalls: 0, problems: [{ code: evil, count: 1 }] },
    }),
  )
  assert.equal(await chat.page.locator("img").count(), 0)
  assert.equal(await chat.page.evaluate(() => window.__pwned), undefined)
  assert.deepEqual(browser.foreignRequests, [])
})
