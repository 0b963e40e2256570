// An editor with ghost text as a person uses it: open a file, type, see what is suggested, take it. Works on any
// workbench page; knows nothing of tests.
import type { Locator, Page } from "playwright-core"

/** User settings under which nothing but ghost text comes up while typing, and Tab takes it. */
export const quietEditor: Readonly<Record<string, unknown>> = {
  "editor.wordBasedSuggestions": "off",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.suggestOnTriggerCharacters": false,
  "editor.parameterHints.enabled": false,
  "editor.autoClosingBrackets": "never",
}

/** Opens the file and puts the cursor to its end. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+P")
  await page.locator(".quick-input-widget input.input").fill(name)
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name }).waitFor()
  await page.keyboard.press("Enter")
  await page.locator(".monaco-editor .view-lines").first().waitFor()
  await page.keyboard.press("Control+End")
}

export function ghost(page: Page): Locator {
  return page.locator(".ghost-text-decoration, .ghost-text")
}

/** The ghost text that is shown on the cursor's line; further lines of it stand below in the page. */
export async function ghostText(page: Page): Promise<string> {
  const parts = await ghost(page).evaluateAll(elements =>
    elements.map(element => {
      const { top, left } = element.getBoundingClientRect()
      return { top, left, text: element.textContent ?? "" }
    }),
  )
  const first = Math.min(...parts.map(({ top }) => top))
  const line = parts.filter(({ top }) => top < first + 10).toSorted((a, b) => a.left - b.left)
  return withSpaces(line.map(({ text }) => text).join(""))
}

/** The written part of the line that holds the text. */
export async function lineWith(page: Page, text: string): Promise<string> {
  const line = page.locator(".monaco-editor .view-line", { hasText: text })
  const parts = await line.locator("span > span:not([class*=ghost-text])").allInnerTexts()
  return withSpaces(parts.join(""))
}

/** The same, once it is longer than so many characters: VS Code inserts a moment after the key. */
export async function grownLine(page: Page, text: string, length: number): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const line = await lineWith(page, text)
    if (line.length > length) return line
    await page.waitForTimeout(50)
  }
  throw new Error(`Nothing was added to the line with ${text}.`)
}

/** Latency and reuse of the last suggestion, as the menu of the status bar shows them. */
export async function suggestionFigures(page: Page, modelLabel: string): Promise<string> {
  await page.locator(".statusbar-item", { hasText: modelLabel }).first().click()
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: "Last suggestion" })
  await row.waitFor()
  const text = await row.innerText()
  await page.keyboard.press("Escape")
  return withSpaces(text).replace("Last suggestion", "").trim()
}

function withSpaces(text: string): string {
  return text.replaceAll("\u00a0", " ")
}
