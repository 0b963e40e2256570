// VS Code's Quick Pick and Input Box as a person answers them by the keyboard alone. Knows no question of Osprey's.
import type { Locator, Page } from "playwright-core"

/** The rows of the open Quick Pick. */
export function quickRows(page: Page): Locator {
  return page.locator(".quick-input-list .monaco-list-row")
}

/** In the question with this title: types until the row with this text has the focus, and takes it. */
export async function pickRow(page: Page, title: string, typed: string, row: string = typed): Promise<void> {
  await question(page, title)
  await page.keyboard.type(typed)
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: row }).waitFor()
  await page.keyboard.press("Enter")
}

/** In the question with this title: writes the line in place of the one that stands there. */
export async function enterLine(page: Page, title: string, text: string): Promise<void> {
  await question(page, title)
  await page.keyboard.press("Control+A")
  await page.keyboard.type(text)
  await page.keyboard.press("Enter")
}

/** Waits for it, with the focus in its line. */
export async function question(page: Page, title: string): Promise<Locator> {
  const widget = page.locator(".quick-input-widget", {
    has: page.locator(".quick-input-title", { hasText: title }),
  })
  await widget.locator("input.input:focus").waitFor()
  return widget
}
