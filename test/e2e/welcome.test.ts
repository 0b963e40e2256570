// From a fresh install to the first answer, once by mouse alone and once by keyboard alone; a server found on this
// computer; and the menu that switches the model.
import assert from "node:assert/strict"
import { createServer, type Server } from "node:http"
import type { FrameLocator, Page } from "playwright-core"
import { endedAnswer } from "../../scripts/vscodeHost/chatPage.ts"
import { runCommand } from "../../scripts/vscodeHost/workbench.ts"
import { ospreyTest } from "../support/ospreyInVsCode.ts"

const files = { "README.md": "# Fish market\n" }
const question = "What is the first line of README.md?"

function frameIn(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame")
}

async function focusedIn(frame: FrameLocator): Promise<string> {
  return frame
    .locator("body")
    .evaluate(
      body =>
        body.ownerDocument.activeElement?.getAttribute("aria-label") ??
        body.ownerDocument.activeElement?.textContent?.trim() ??
        "",
    )
}

ospreyTest(
  "welcome to the first answer, by mouse alone",
  { files, settings: { "osprey.chat.model": "" } },
  async ({ page, violations }) => {
    await page.locator('.activitybar .action-item a[aria-label^="Osprey"]').click()
    const frame = frameIn(page)
    await frame.getByRole("heading", { name: "Choose a model" }).waitFor()
    await frame.getByRole("button", { name: "Start: Use the demo model" }).click()
    await frame.getByRole("textbox", { name: "Message" }).waitFor()
    await frame.getByRole("button", { name: "What is the first line of README.md?" }).click()
    await frame.getByRole("button", { name: "Send" }).click()
    assert.notEqual(await endedAnswer(frame.locator("article[aria-busy]").first()), "")
    assert.deepEqual(violations(), [])
  },
)

ospreyTest(
  "welcome to the first answer, by keyboard alone",
  { files, settings: { "osprey.chat.model": "" } },
  async ({ page, violations }) => {
    await page.locator('.activitybar .action-item a[aria-label^="Osprey"]').waitFor()
    await runCommand(page, "Osprey: Focus Composer")
    const frame = frameIn(page)
    await frame.locator("vscode-button:focus").waitFor()
    const passed = []
    while (!/demo/.test(await focusedIn(frame))) {
      passed.push(await focusedIn(frame))
      assert.ok(passed.length < 8, `the demo model is not among ${passed.join(", ")}`)
      await page.keyboard.press("Tab")
    }
    await page.keyboard.press("Enter")
    await frame.locator("textarea:focus").waitFor()
    await page.keyboard.type(question)
    await page.keyboard.press("Enter")
    assert.notEqual(await endedAnswer(frame.locator("article[aria-busy]").first()), "")
    assert.deepEqual(violations(), [])
  },
)

/** Undefined where the port is taken, for instance by a real Ollama. */
function ollama(): Promise<Server | undefined> {
  const body = JSON.stringify({ object: "list", data: [{ id: "gpt-oss:20b", owned_by: "library" }] })
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json")
    response.end(body)
  })
  return new Promise((resolve, reject) => {
    server.once("error", error =>
      "code" in error && error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    )
    server.listen(11_434, "127.0.0.1", () => resolve(server))
  })
}

ospreyTest(
  "a server found on this computer is used; the menu switches and marks",
  { files, settings: { "osprey.chat.model": "" } },
  async ({ page }) => {
    const server = await ollama()
    if (server === undefined) return console.log("Port 11434 is taken: this test was left out.")
    try {
      await page.locator('.activitybar .action-item a[aria-label^="Osprey"]').click()
      const frame = frameIn(page)
      await frame.getByRole("button", { name: "Look for local servers" }).click()
      await frame.getByText("localhost:11434 · gpt-oss:20b").waitFor()
      await frame.getByRole("button", { name: "Use: Ollama" }).click()
      await frame.locator("textarea:focus").waitFor()
      const model = frame.locator(".bar-button")
      assert.equal(await model.innerText(), "gpt-oss:20b")
      await model.click()
      const rows = page.locator(".quick-input-list .monaco-list-row")
      await rows.filter({ hasText: "gpt-oss:20b" }).filter({ hasText: "current" }).waitFor()
      await rows.filter({ hasText: "Demo model" }).click()
      await frame.getByText("The demo model finds and quotes text").waitFor()
      await model.click()
      await rows.filter({ hasText: "Demo model" }).filter({ hasText: "current" }).waitFor()
      await rows.filter({ hasText: "gpt-oss:20b" }).waitFor()
      await page.keyboard.press("Escape")
    } finally {
      server.close()
    }
  },
)
