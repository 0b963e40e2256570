// How an answer arrives on the page: earlier blocks stay the very same nodes, the page follows its end only while
// the reader is there, and long texts stay cheap. In a real Chromium, on the built page.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { HostToView } from "../../src/protocol/chatProtocol.ts"
import { type ChatPage, type ChatPageBrowser, chatPageBrowser } from "./chatPageBrowser.ts"
import { answer, stateOf, textStep, toolStep, turn } from "./chatPageStates.ts"

let browser: ChatPageBrowser
let chat: ChatPage

before(async () => {
  browser = await chatPageBrowser()
  chat = await browser.open()
})
after(() => browser.close())

const running = stateOf([turn({ status: "running", steps: [textStep("")] })])

function appended(text: string): HostToView {
  return { type: "change", change: { type: "stepAppended", turnId: "t1", stepId: "text", text, tokens: 1 } }
}

function changed(status: "done" | "stopped"): HostToView {
  return { type: "change", change: { type: "turnChanged", turnId: "t1", status } }
}

declare global {
  interface Window {
    __nodes: Element[]
    __longTasks: number[]
  }
}

test("earlier blocks keep their nodes to the end of the answer", async () => {
  await chat.send(running)
  await chat.page.evaluate(() => {
    window.__nodes = []
  })
  for (const piece of answer.match(/[\s\S]{1,12}/g) ?? []) {
    await chat.send(appended(piece))
    // All blocks but the last: none may be replaced once another one has begun.
    const replaced = await chat.page.evaluate(() => {
      const blocks = [...document.querySelectorAll(".markdown > *")]
      const gone = window.__nodes.filter((node, at) => node !== blocks[at])
      window.__nodes = blocks.slice(0, -1)
      return gone.length
    })
    assert.equal(replaced, 0)
  }
  await chat.send(changed("done"))
  const same = await chat.page.evaluate(() =>
    window.__nodes.every((node, at) => node === document.querySelectorAll(".markdown > *")[at]),
  )
  assert.equal(same, true)
  assert.equal(await chat.page.locator(".markdown > *").count(), 5)
  assert.deepEqual(await chat.faults(), [])
})

test("a caret stands at the end while text comes, and goes when it is done", async () => {
  await chat.send(running, appended("- one\n- two"))
  assert.equal(await chat.page.locator(".markdown li:last-child .caret").count(), 1)
  await chat.send(changed("stopped"))
  assert.equal(await chat.page.locator(".caret").count(), 0)
  await chat.page.getByText("Stopped by you").waitFor()
})

test("code has only Copy while it streams; colours and more buttons come with the closing fence", async () => {
  await chat.page.waitForFunction(() => window.ospreyHighlight !== undefined)
  await chat.send(running, appended("```ts\nconst a = 1\n"))
  const buttons = () =>
    chat.page.locator(".code-head button").evaluateAll(all => all.map(each => each.ariaLabel))
  assert.deepEqual(await buttons(), ["Copy code"])
  assert.equal(await chat.page.locator(".syntax-keyword").count(), 0)
  await chat.send(appended("```\n"))
  assert.deepEqual(await buttons(), ["Copy code", "Insert at cursor", "Save as new file"])
  assert.deepEqual(await chat.page.locator(".syntax-keyword").allTextContents(), ["const"])
})

test("code over 24 lines is cut on screen, and whole on request and when copied", async () => {
  const code = Array.from({ length: 86 }, (_, line) => `line ${line}`).join("\n")
  await chat.send(stateOf([turn({ steps: [textStep(`\`\`\`\n${code}\n\`\`\``)] })]))
  const shown = async () => (await chat.page.locator(".code code").textContent())?.trim().split("\n").length
  assert.equal(await shown(), 24)
  await chat.sent()
  await chat.page.getByRole("button", { name: "Copy code" }).click()
  assert.deepEqual(await chat.sent(), [{ type: "copy", text: code }])
  await chat.page.getByRole("button", { name: "Show all 86 lines" }).click()
  await chat.drawn()
  assert.equal(await shown(), 86)
})

const atEnd = () =>
  chat.page.locator(".log").evaluate(log => log.scrollHeight - log.clientHeight - log.scrollTop < 2)

test("the page follows its end, stops when the reader scrolls up, and goes back on request", async () => {
  const long = Array.from({ length: 60 }, (_, at) => `Paragraph ${at}.`).join("\n\n")
  await chat.send(running, appended(long))
  assert.equal(await atEnd(), true)
  await chat.page.mouse.move(150, 200)
  await chat.page.mouse.wheel(0, -600)
  const button = chat.page.getByRole("button", { name: "To the end" })
  await button.waitFor()
  const before = await chat.page.locator(".log").evaluate(log => log.scrollTop)
  await chat.send(appended("\n\nMore text.\n\nAnd more."))
  assert.equal(await chat.page.locator(".log").evaluate(log => log.scrollTop), before)
  assert.equal(await button.locator(".dot").count(), 1)
  await button.click()
  await chat.drawn()
  assert.equal(await atEnd(), true)
  assert.equal(await button.count(), 0)
})

test("tool rows fold to one when the answer begins, and open again", async () => {
  const steps = ["a", "b", "c", "d"].map(id => toolStep({ id, ...(id === "c" ? { status: "failed" } : {}) }))
  await chat.send(stateOf([turn({ status: "running", steps })]))
  assert.equal(await chat.page.locator(".row").count(), 5)
  await chat.send({ type: "change", change: { type: "stepAdded", turnId: "t1", step: textStep("So") } })
  assert.deepEqual(await chat.page.locator(".row-words").allTextContents(), ["4 steps, 1 failed"])
  await chat.page.locator(".row").click()
  await chat.drawn()
  assert.equal(await chat.page.locator(".row-body .row").count(), 4)
})

test("a screen reader hears two sentences per answer, and never the stream", async () => {
  const fresh = await browser.open()
  await fresh.send(stateOf([]))
  await fresh.page.evaluate(() => {
    window.__heard = []
    for (const region of document.querySelectorAll("[role=status], [role=alert]"))
      new MutationObserver(() => window.__heard.push(region.textContent ?? "")).observe(region, {
        childList: true,
      })
  })
  await fresh.send({
    type: "change",
    change: { type: "turnAdded", turn: turn({ status: "running", steps: [textStep("")] }) },
  })
  for (const piece of answer.match(/[\s\S]{1,40}/g) ?? []) await fresh.send(appended(piece))
  await fresh.send(changed("done"))
  assert.deepEqual(await fresh.page.evaluate(() => window.__heard), [
    "Generating",
    "Answer complete, 4 paragraphs, 1 code block",
  ])
  assert.equal(await fresh.page.locator("[role=log]").getAttribute("aria-live"), "off")
  await fresh.close()
})

declare global {
  interface Window {
    __heard: string[]
  }
}

test("a long conversation draws its latest turns only, and earlier ones on request", async () => {
  const turns = Array.from({ length: 2000 }, (_, at) =>
    turn({ id: `n${at}`, text: `Question ${at}`, steps: [textStep(`Answer **${at}**`, `a${at}`)] }),
  )
  await chat.send(stateOf(turns))
  assert.equal(await chat.page.locator(".turn").count(), 40)
  assert.equal(await atEnd(), true)
  await chat.page.getByRole("button", { name: "Show 1960 earlier messages" }).click()
  await chat.drawn()
  assert.equal(await chat.page.locator(".turn").count(), 80)
})

test("many changes between two frames are drawn once", async () => {
  await chat.send(running)
  const paints = await chat.page.evaluate(async () => {
    const target = document.querySelector(".answer") ?? document.body
    let drawn = 0
    const observer = new MutationObserver(() => drawn++)
    observer.observe(target, { childList: true, subtree: true, characterData: true })
    for (let at = 0; at < 1000; at++) {
      const change = { type: "stepAppended", turnId: "t1", stepId: "text", text: `word${at} `, tokens: 1 }
      window.dispatchEvent(new MessageEvent("message", { data: { type: "change", change } }))
    }
    await new Promise(requestAnimationFrame)
    await new Promise(requestAnimationFrame)
    return drawn
  })
  assert.equal(paints, 1)
  assert.match((await chat.page.locator(".markdown").textContent()) ?? "", /word999/)
})
