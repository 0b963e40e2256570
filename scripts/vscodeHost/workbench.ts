// Opens the workbench of a running server in a browser page and waits until it can be used. Knows nothing of
// Osprey.
import type { BrowserContext, Page } from "playwright-core"

/** A context has its own storage, so nothing is left over from another test. */
export async function openWorkbench(context: BrowserContext, address: string): Promise<Page> {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(address).origin })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(address)
  await workbenchReady(page)
  return page
}

/** Also for after a reload. */
export async function workbenchReady(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .statusbar").waitFor()
  await page.locator(".activitybar .action-item").first().waitFor()
}

/** Runs a command by its title as the palette shows it: "Osprey: New Chat". */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press("F1")
  const input = page.locator(".quick-input-widget input.input")
  await input.waitFor()
  await input.fill(`>${title}`)
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title }).waitFor()
  await page.keyboard.press("Enter")
  await input.waitFor({ state: "hidden" })
}
