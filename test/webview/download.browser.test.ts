// A model's download on the page, in a real Chromium: what can be pressed, what is heard, where the focus goes.
import assert from "node:assert/strict"
import { after, afterEach, before, beforeEach, test } from "node:test"
import { type ChatPage, type ChatPageBrowser, chatPageBrowser } from "./chatPageBrowser.ts"
import { localModel, noModel, stateOf, textStep, turn } from "./chatPageStates.ts"
import { downloadOf, downloads, noDownload, readyDownload, running } from "./downloadStates.ts"

let browser: ChatPageBrowser
let chat: ChatPage

before(async () => {
  browser = await chatPageBrowser()
})
after(() => browser.close())
beforeEach(async () => {
  chat = await browser.open()
  await chat.send(stateOf([], noModel))
  await chat.sent()
})
afterEach(async () => {
  assert.deepEqual(await chat.faults(), [])
  await chat.close()
})

const button = (name: string) => chat.page.getByRole("button", { name, exact: true })
const bar = () => chat.page.getByRole("progressbar", { name: "gpt-oss-20b" })
const heard = () => chat.page.locator("#said-status").textContent()
const action = (does: string) => ({ type: "action", does })
const sent = async () => (await chat.sent()).map(message => ("does" in message ? message.does : message.type))
const paused = downloads.downloadPaused ?? noDownload

test("from the offer to a running download", async () => {
  await button("Download 12.1 GB: gpt-oss-20b").click()
  assert.deepEqual(await chat.sent(), [action("downloadModel")])
  await chat.send(downloadOf({ kind: "starting" }, 0, 0))
  await chat.page.getByRole("heading", { name: "Getting gpt-oss-20b" }).waitFor()
  assert.equal(await heard(), "Downloading gpt-oss-20b")
  await chat.send(downloadOf(running))
  await chat.page.getByText("4.8 of 12.1 GB").waitFor()
  await chat.page.getByText("38 MB/s · 3 min left").waitFor()
  assert.equal(await bar().getAttribute("aria-valuetext"), "4.8 of 12.1 gigabytes, 3 minutes left")
  for (const name of [
    "Pause",
    "Start: Try the demo model",
    "Set up…: Connect an endpoint",
    "Choose…: Use a file",
  ])
    await button(name).click()
  assert.deepEqual(await sent(), ["pauseDownload", "useDemo", "connectEndpoint", "chooseFile"])
})

test("quarters and the end are said, figures in between aren't", async () => {
  const said: (string | null)[] = []
  await chat.send(downloadOf(running, 0))
  for (const share of [0.1, 0.24, 0.26, 0.4, 0.51, 0.6, 0.76, 0.99]) {
    await chat.send(downloadOf(running, share * 12_109_566_560))
    said.push(await heard())
  }
  const begun = "Downloading gpt-oss-20b"
  const quarters = [25, 50, 75].map(share => `${share} percent of gpt-oss-20b`)
  assert.deepEqual(said, [
    begun,
    begun,
    quarters[0],
    quarters[0],
    quarters[1],
    quarters[1],
    quarters[2],
    quarters[2],
  ])
  await chat.send(readyDownload)
  assert.equal(await heard(), "gpt-oss-20b is ready")
})

test("cancel asks once, in the card; Keep them pauses, Delete deletes", async () => {
  await chat.send(downloadOf(running))
  await button("Cancel").click()
  await chat.page.getByText("Delete the 4.8 GB already here?").waitFor()
  assert.deepEqual(await sent(), [])
  await button("Keep them").click()
  assert.deepEqual(await sent(), ["pauseDownload"])
  await chat.send(paused)
  assert.equal(await heard(), "Download paused")
  await button("Cancel").click()
  await button("Delete").click()
  assert.deepEqual(await sent(), ["cancelDownload"])
  await chat.send(noDownload)
  assert.equal(await heard(), "Download cancelled")
  await chat.page.getByRole("heading", { name: "Choose a model" }).waitFor()
})

test("with nothing here yet, cancel doesn't ask", async () => {
  await chat.send(downloadOf({ kind: "starting" }, 0, 0))
  await button("Cancel").click()
  assert.deepEqual(await sent(), ["cancelDownload"])
})

test("the question goes with the download it was about", async () => {
  await chat.send(downloadOf(running))
  await button("Cancel").click()
  await chat.send(downloads.downloadFailed ?? noDownload, downloadOf(running))
  assert.equal(await chat.page.getByText("Delete the").count(), 0)
})

test("paused: one filled button, Resume, which has the focus after Pause", async () => {
  await chat.send(downloadOf(running))
  await button("Pause").focus()
  await chat.send(paused)
  assert.deepEqual(await chat.page.locator("vscode-button:not([secondary])").allInnerTexts(), ["Resume"])
  await chat.page.waitForFunction(() => document.activeElement?.textContent?.trim() === "Resume")
  await chat.page.keyboard.press("Enter")
  assert.deepEqual(await sent(), ["resumeDownload"])
})

test("a failure is said at once, with its remedies; it can be put away", async () => {
  await chat.send(downloadOf(running), downloads.downloadFailed ?? noDownload)
  const alert = await chat.page.locator("#said-alert").textContent()
  assert.match(alert ?? "", /^Not enough disk space\. 2\.1 GB are free/)
  for (const name of ["Resume", "Other folder…", "Close"]) await button(name).click()
  assert.deepEqual(await sent(), ["resumeDownload", "downloadElsewhere", "closeDownload"])
})

test("ready stands above the new conversation, with what was measured; a running conversation isn't disturbed", async () => {
  await chat.send(readyDownload, { type: "settings", model: localModel, showReasoning: false })
  await chat.page.getByText("gpt-oss-20b is ready").waitFor()
  await chat.page.getByText("Measured on this computer: 13 tokens/s").waitFor()
  await button("Start a conversation").click()
  assert.deepEqual(await sent(), ["closeDownload"])
  await chat.send(stateOf([turn({ steps: [textStep("It is rounded twice.")] })], localModel), readyDownload)
  assert.equal(await chat.page.getByText("gpt-oss-20b is ready").count(), 0)
})
