// Ghost text as a person meets it: it comes while typing, goes in by word and by Tab, and the status bar says why
// there is none.
import assert from "node:assert/strict"
import { ghost, ghostText, grownLine, openFile, quietEditor } from "../../scripts/vscodeHost/ghostTextPage.ts"
import { ospreyTest } from "../support/ospreyInVsCode.ts"

const files = {
  "src/sum.ts":
    "export function sumPrices(prices: number[]): number {\n  let total = 0\n  for (const price of prices) {\n    total += price\n  }\n  return total\n}\n\n",
  ".env": "KEY=1\n",
}

for (const [way, key] of [
  ["by word", "Control+ArrowRight"],
  ["by Tab", "Tab"],
] as const)
  ospreyTest(`ghost text goes in ${way}`, { files, settings: quietEditor }, async ({ page }) => {
    await openFile(page, "sum.ts")
    const typed = "export function sumWeights(weights: number[])"
    await page.keyboard.type(typed, { delay: 40 })
    await ghost(page).first().waitFor()
    const shown = `${typed}${await ghostText(page)}`
    await page.keyboard.press(key)
    const line = await grownLine(page, "sumWeights", typed.length)
    if (way === "by word") assert.ok(shown.startsWith(line), `${line} of ${shown}`)
    else assert.equal(line, shown)
  })

ospreyTest("typing what is shown asks no model again", { files, settings: quietEditor }, async ({ page }) => {
  await openFile(page, "sum.ts")
  await page.keyboard.type("export function sumWeights(weights: number[])", { delay: 40 })
  await ghost(page).first().waitFor()
  const [next, ...rest] = await ghostText(page)
  await page.keyboard.type(next ?? "")
  await ghost(page)
    .filter({ hasText: rest.join("").trim() })
    .first()
    .waitFor()
  await page.locator(".statusbar-item", { hasText: "Demo model" }).first().click()
  const rows = page.locator(".quick-input-list .monaco-list-row")
  await rows.filter({ hasText: /Why no suggestion\?.*still the one you typed along/ }).waitFor()
})

ospreyTest(
  "the status bar says why there is none, and snoozes",
  { files, settings: quietEditor },
  async ({ page }) => {
    await openFile(page, ".env")
    await page.keyboard.type("SECRET", { delay: 40 })
    await page.locator(".statusbar-item", { hasText: "Demo model" }).first().click()
    const rows = page.locator(".quick-input-list .monaco-list-row")
    await rows.filter({ hasText: /Why no suggestion\?\s*this file may hold secrets/ }).waitFor()
    await rows.filter({ hasText: "Snooze" }).click()
    await rows.filter({ hasText: "15 minutes" }).click()
    await page.locator(".statusbar-item", { hasText: "15 min" }).waitFor()
    await openFile(page, "sum.ts")
    await page.keyboard.type("export function su", { delay: 40 })
    await page.locator(".statusbar-item", { hasText: "15 min" }).click()
    await rows.filter({ hasText: /Why no suggestion\?\s*suggestions are snoozed/ }).waitFor()
    await rows.filter({ hasText: "Wake" }).click()
    await page.locator(".statusbar-item", { hasText: "Demo model" }).waitFor()
    assert.equal(await ghost(page).count(), 0)
  },
)
