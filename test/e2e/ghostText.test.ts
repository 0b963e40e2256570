// Ghost text as a person meets it: it comes while typing, goes in by word and by Tab, and the status bar says why
// there is none.
import assert from "node:assert/strict"
import type { Page } from "playwright-core"
import { ospreyTest } from "../support/ospreyInVsCode.ts"

const settings = {
  "osprey.model.source": "demo",
  "editor.wordBasedSuggestions": "off",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.suggestOnTriggerCharacters": false,
  "editor.parameterHints.enabled": false,
  "editor.autoClosingBrackets": "never",
}
const files = {
  "src/sum.ts":
    "export function sumPrices(prices: number[]): number {\n  let total = 0\n  for (const price of prices) {\n    total += price\n  }\n  return total\n}\n\n",
  ".env": "KEY=1\n",
}

const ghost = (page: Page) => page.locator(".ghost-text-decoration, .ghost-text")

/** All parts of the ghost text on the cursor's line. */
async function ghostText(page: Page): Promise<string> {
  return withSpaces((await ghost(page).allInnerTexts()).join(""))
}

async function lineWith(page: Page, text: string): Promise<string> {
  const line = page.locator(".monaco-editor .view-line", { hasText: text })
  const parts = await line.locator("span > span:not([class*=ghost-text])").allInnerTexts()
  return withSpaces(parts.join(""))
}

function withSpaces(text: string): string {
  return text.replaceAll("\u00a0", " ")
}

async function open(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+P")
  await page.locator(".quick-input-widget input.input").fill(name)
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name }).waitFor()
  await page.keyboard.press("Enter")
  await page.locator(".monaco-editor .view-lines").first().waitFor()
  await page.keyboard.press("Control+End")
}

ospreyTest("ghost text goes in by word and by Tab", { files, settings }, async ({ page }) => {
  await open(page, "sum.ts")
  const typed = "export function sumWeights(weights: number[])"
  await page.keyboard.type(typed, { delay: 40 })
  await ghost(page).first().waitFor()
  const shown = await ghostText(page)
  await page.keyboard.press("Control+ArrowRight")
  const byWord = await lineWith(page, "sumWeights")
  assert.ok(byWord.length > typed.length && `${typed}${shown}`.startsWith(byWord), `${byWord} of ${shown}`)
  await page.keyboard.press("Tab")
  assert.ok((await lineWith(page, "sumWeights")).startsWith(`${typed}${shown}`.split("\n")[0] ?? ""))
})

ospreyTest("the status bar says why there is none, and snoozes", { files, settings }, async ({ page }) => {
  await open(page, ".env")
  await page.keyboard.type("SECRET", { delay: 40 })
  await page.locator(".statusbar-item", { hasText: "Demo model" }).first().click()
  const rows = page.locator(".quick-input-list .monaco-list-row")
  await rows.filter({ hasText: /Why no suggestion\?\s*this file may hold secrets/ }).waitFor()
  await rows.filter({ hasText: "Snooze" }).click()
  await rows.filter({ hasText: "15 minutes" }).click()
  await page.locator(".statusbar-item", { hasText: "15 min" }).waitFor()
  await open(page, "sum.ts")
  await page.keyboard.type("export function su", { delay: 40 })
  await page.locator(".statusbar-item", { hasText: "15 min" }).click()
  await rows.filter({ hasText: /Why no suggestion\?\s*suggestions are snoozed/ }).waitFor()
  await rows.filter({ hasText: "Wake" }).click()
  await page.locator(".statusbar-item", { hasText: "Demo model" }).waitFor()
  assert.equal(await ghost(page).count(), 0)
})
