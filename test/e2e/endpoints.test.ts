// Endpoints as a person meets them in VS Code: connected by the keyboard, answering, calling a tool, checked. Each
// server is a script behind real HTTP on 127.0.0.1.
import assert from "node:assert/strict"
import { mkdirSync } from "node:fs"
import path from "node:path"
import type { FrameLocator, Page } from "playwright-core"
import { root } from "../../scripts/vscodeHost/buildOsprey.ts"
import { endedAnswer } from "../../scripts/vscodeHost/chatPage.ts"
import { enterLine, pickRow, question, quickRows } from "../../scripts/vscodeHost/quickInput.ts"
import { runCommand } from "../../scripts/vscodeHost/workbench.ts"
import { ospreyTest } from "../support/ospreyInVsCode.ts"
import {
  callReply,
  leakedCallReply,
  leakedTextReply,
  startScriptedVllm,
  vllmModel,
} from "../support/scriptedVllm.ts"

const files = { "price.txt": "canary-4711 is the price.\nMore follows.\n" }

const caller = await startScriptedVllm({
  answer({ text, result }) {
    if (text === "Say hello") return undefined
    const isLeaking = text === "Leak it"
    if (result === undefined)
      return (isLeaking ? leakedCallReply : callReply)("read_file", { path: "price.txt" })
    return isLeaking ? leakedTextReply(`It says: ${/canary-\d+/.exec(result)?.[0]}`) : undefined
  },
})

ospreyTest(
  "an endpoint is connected by the keyboard, answers with its figures, and reads a file",
  { files, settings: { "osprey.chat.model": "" }, servers: [caller] },
  async ({ page, chat, violations }) => {
    const { host } = new URL(caller.origin)
    await page.locator('.activitybar .action-item a[aria-label^="Osprey"]').waitFor()
    await runCommand(page, "Osprey: Choose Model…")
    await pickRow(page, "Choose a model for…", "Chat", "Answers, edits and code actions")
    await pickRow(page, "Choose a model: Chat", "Connect an endpoint")
    await pickRow(page, "Connect an endpoint", "Custom endpoint")
    await enterLine(page, "Custom endpoint: base URL", caller.baseUrl)
    await question(page, `${host}: model`)
    await quickRows(page).filter({ hasText: "other/model" }).waitFor()
    await pickRow(page, `${host}: model`, "gpt-oss", vllmModel)

    const opened = await chat()
    const answer = await opened.ask("Say hello")
    assert.match(await endedAnswer(answer), /Hello to you\./)
    const figures = await answer.locator(".meta").innerText()
    for (const figure of [vllmModel, "56 tokens, 7 of them reasoning", "1,234 read", "$0.00034"])
      assert.ok(figures.includes(figure), `${figure} in ${figures}`)
    const listing = caller.requests.find(request => request.path === "/v1/models")
    assert.equal(listing?.headers.authorization, undefined)

    for (const [asked, expected] of [
      ["What is the price?", /It begins with: .*canary-4711/s],
      ["Leak it", /It says: canary-4711/],
    ] as const) {
      const read = await opened.ask(asked)
      assert.match(await endedAnswer(read), expected)
      await read.getByRole("button", { name: "Read price.txt" }).waitFor()
      assert.doesNotMatch(
        await opened.frame.locator("body").innerText(),
        /<\||\|>|assistantfinal|functions\./,
      )
    }
    assert.deepEqual(violations(), [])
  },
)

const checked = await startScriptedVllm({
  hasParser: false,
  answer({ result, tools }) {
    const isFirst = tools.includes("read_file") && result === undefined
    return isFirst ? leakedCallReply("read_file", { path: "price.txt" }) : undefined
  },
})

ospreyTest(
  "the endpoint's page says what is wrong and what was counted, and keeps it over a reload",
  { files, settings: { "osprey.chat.model": `${checked.baseUrl} ${vllmModel}` }, servers: [checked] },
  async ({ page, chat, reload, violations }) => {
    const { host } = new URL(checked.origin)
    await page.locator('.activitybar .action-item a[aria-label^="Osprey"]').waitFor()
    await runCommand(page, "Osprey: Check the Endpoint")
    const frame = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame")
    const card = frame.getByRole("region", { name: host })
    await card.getByText("Checked").waitFor({ timeout: 120_000 })
    const report = await card.innerText()
    assert.match(report, /Works\. 1 thing to fix\./)
    assert.match(report, /Tool calls come back as plain text/)
    assert.match(report, /--tool-call-parser openai/)
    assert.match(report, /Until then Osprey reads the calls out of the text\./)
    await frame.getByRole("button", { name: "Back to the chat" }).click()
    await frame.getByRole("heading", { name: "Endpoint" }).waitFor({ state: "detached" })

    const { ask } = await chat()
    assert.match(await endedAnswer(await ask("What is the price?")), /canary-4711/)
    await frame.getByRole("button", { name: `About the endpoint ${host}` }).click()
    const seen = await frame.getByRole("region", { name: "Seen here" }).innerText()
    assert.match(seen, /Tool calls\s+1, none malformed/)
    assert.match(seen, /Markup in the answer\s+1/)
    await inEveryTheme(page, frame, () => assert.deepEqual(violations(), []))

    const asked = checked.requests.length
    const again = await reload()
    await again.frame.getByRole("button", { name: `About the endpoint ${host}` }).click()
    const kept = await again.frame.getByRole("region", { name: host }).innerText()
    assert.match(kept, /Tool calls come back as plain text/)
    assert.match(kept, /Checked \d/)
    assert.equal(checked.requests.length, asked)
    await page.keyboard.press("Escape")
    await again.composer.waitFor()
    await again.frame.locator(".bar-button").click()
    await quickRows(page).filter({ hasText: "131k context" }).waitFor()
    assert.deepEqual(violations(), [])
  },
)

const themes = {
  "Light Modern": "light",
  "Dark High Contrast": "high-contrast",
  "Dark Modern": "dark",
} as const

/** A picture of the window in each under out/e2e, and `look` at it. */
async function inEveryTheme(page: Page, frame: FrameLocator, look: () => void): Promise<void> {
  const folder = path.join(root, "out/e2e")
  mkdirSync(folder, { recursive: true })
  for (const [theme, kind] of Object.entries(themes)) {
    await page.keyboard.press("Control+K")
    await page.keyboard.press("Control+T")
    await quickRows(page).first().waitFor()
    await page.keyboard.type(theme)
    await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: theme }).waitFor()
    await page.keyboard.press("Enter")
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" })
    await frame.locator(`body.vscode-${kind}`).waitFor()
    await page.screenshot({ path: path.join(folder, `endpoint-page-${kind}.png`) })
    look()
  }
}
