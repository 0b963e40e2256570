// What a hostile model writes stays text: nothing is asked for, nothing runs, nothing is even blocked, because
// nothing is tried (SEC-009 … 014). In a real Chromium, on the built page.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { forbidden, htmlLoaders, images, inertLinks, scripts } from "./attackCorpus.ts"
import { type ChatPage, type ChatPageBrowser, chatPageBrowser } from "./chatPageBrowser.ts"
import { stateOf, textStep, toolStep, turn } from "./chatPageStates.ts"

let browser: ChatPageBrowser
let chat: ChatPage

before(async () => {
  browser = await chatPageBrowser()
  chat = await browser.open()
})
after(() => browser.close())

/** One finished answer per text. */
async function show(texts: readonly string[]): Promise<void> {
  await chat.send(stateOf(texts.map((text, at) => turn({ id: `t${at}`, steps: [textStep(text, `s${at}`)] }))))
}

async function nothingHappened(): Promise<void> {
  assert.equal(await chat.page.evaluate(selector => document.querySelectorAll(selector).length, forbidden), 0)
  assert.equal(await chat.page.evaluate(() => window.__pwned), undefined)
  assert.deepEqual(await chat.faults(), [])
  assert.deepEqual(browser.foreignRequests, [])
}

test("SEC-009: images are never loaded; their description stands for them", async () => {
  await show(images)
  await nothingHappened()
  const link = chat.page.locator(".answer").first().locator("a")
  assert.equal(await link.textContent(), "x")
  assert.equal(await link.getAttribute("title"), "https://evil.test/p.png?d=CANARY-CODE")
})

test("SEC-010: HTML that loads something is shown as text", async () => {
  await show(htmlLoaders)
  const shown = await chat.page.locator(".answer .markdown").allTextContents()
  assert.deepEqual(
    shown.map(text => text.trim()),
    htmlLoaders,
  )
  await nothingHappened()
})

test("SEC-011: nor while it streams, one character at a time or cut at any place", async () => {
  const texts = [...images, ...htmlLoaders.slice(0, 4)]
  await chat.page.evaluate(selector => {
    window.__seen = 0
    const observer = new MutationObserver(() => {
      window.__seen += document.querySelectorAll(selector).length
    })
    observer.observe(document.body, { childList: true, subtree: true, attributes: true })
  }, forbidden)
  const turns = texts.map((_, at) =>
    turn({ id: `t${at}`, status: "running", steps: [textStep("", `s${at}`)] }),
  )
  await chat.send(stateOf(turns))
  await chat.page.evaluate(streamAll, texts)
  await nothingHappened()
  await chat.page.evaluate(drawEveryCut, texts)
  assert.equal(await chat.page.evaluate(() => window.__seen), 0)
  await nothingHappened()
})

test("SEC-012: no script runs, and none is tried", async () => {
  assert.ok(scripts.length >= 60)
  await show(scripts)
  await chat.page.mouse.move(150, 300)
  await nothingHappened()
})

test("SEC-012: nor from tool rows, file names, arguments, errors and your own message", async () => {
  const steps = scripts.map((text, at) =>
    toolStep({
      id: `x${at}`,
      object: text,
      range: text,
      summary: text,
      extent: text,
      result: text,
      arguments: [{ name: text, value: text }],
    }),
  )
  const notice = {
    kind: "error",
    title: scripts[9] ?? "",
    sentence: scripts[9] ?? "",
    said: scripts.join("\n"),
    actions: [],
  } as const
  await chat.send(
    stateOf([turn({ id: 'q"><img src=x>', text: scripts.join("\n"), steps, notice, status: "failed" })]),
  )
  await chat.openAllRows()
  await nothingHappened()
})

test("SEC-013, SEC-014: links that aren't https are words, and say why", async () => {
  await show(inertLinks)
  assert.equal(await chat.page.locator(".answer a").count(), 0)
  assert.equal(await chat.page.locator(".inert-link").count(), inertLinks.length)
  await chat.sent()
  for (const word of await chat.page.locator(".inert-link").all()) await word.click()
  assert.deepEqual(await chat.sent(), [])
})

test("SEC-014: https links open through the host, on a click or Enter only, and show their real host", async () => {
  await show(["[docs](https://good.test/a) and [good.test](https://evil.test/b)"])
  assert.deepEqual(await chat.sent(), [])
  await chat.page.getByRole("link", { name: "docs" }).click()
  await chat.page.getByRole("link", { name: "docs" }).press("Enter")
  const opened = { type: "openLink", href: "https://good.test/a" }
  assert.deepEqual(await chat.sent(), [opened, opened])
  assert.match((await chat.page.locator(".answer").textContent()) ?? "", /good\.test \(evil\.test\)/)
  assert.equal(new URL(chat.page.url()).hostname, "127.0.0.1")
})

test("SEC-016: copied code is exactly the model's, and hidden characters are marked", async () => {
  const code = `if (user != "user\u202e \u2066// admin\u2069") {\u200b}${"x".repeat(5000)}`
  await show([`\`\`\`js\n${code}\n\`\`\``])
  await chat.sent()
  await chat.page.getByRole("button", { name: "Copy code" }).click()
  assert.deepEqual(await chat.sent(), [{ type: "copy", text: code }])
  assert.deepEqual(await chat.page.locator(".hidden-character").allTextContents(), [
    "U+202E",
    "U+2066",
    "U+2069",
    "U+200B",
  ])
  await chat.page.getByText("4 hidden characters shown by code").waitFor()
})

declare global {
  interface Window {
    __seen: number
  }
}

/** In the page: all texts side by side, one more character of each per frame. */
async function streamAll(texts: readonly string[]): Promise<void> {
  const longest = Math.max(...texts.map(text => text.length))
  for (let at = 0; at < longest; at++) {
    for (const [index, text] of texts.entries()) {
      const character = text[at]
      if (character === undefined) continue
      const change = {
        type: "stepAppended",
        turnId: `t${index}`,
        stepId: `s${index}`,
        text: character,
        tokens: 1,
      }
      window.dispatchEvent(new MessageEvent("message", { data: { type: "change", change } }))
    }
    await new Promise(requestAnimationFrame)
  }
}

/** In the page: all texts side by side in two pieces, cut at every place, each piece drawn by itself. */
async function drawEveryCut(texts: readonly string[]): Promise<void> {
  const longest = Math.max(...texts.map(text => text.length))
  for (let cut = 1; cut < longest; cut++) {
    for (const piece of [(text: string) => text.slice(0, cut), (text: string) => text]) {
      for (const [index, text] of texts.entries()) {
        const step = { type: "text", id: `s${index}`, text: piece(text) }
        const change = { type: "stepChanged", turnId: `t${index}`, step }
        window.dispatchEvent(new MessageEvent("message", { data: { type: "change", change } }))
      }
      await new Promise(requestAnimationFrame)
    }
  }
}
