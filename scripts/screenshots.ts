// `npm run screenshots`: takes the README's pictures of the real product, in the real VS Code, with the demo model: a
// chat that called a tool, ghost text, and a fix as a diff, in a dark, a light and a high-contrast theme.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import type { Page } from "playwright-core"
import { launchBrowser } from "./vscodeHost/browser.ts"
import { buildOsprey, root } from "./vscodeHost/buildOsprey.ts"
import { endedAnswer, openChatPage } from "./vscodeHost/chatPage.ts"
import { startCodeServer, workbenchAddress } from "./vscodeHost/codeServer.ts"
import { demoSettings } from "./vscodeHost/demoSettings.ts"
import { endOnSignals } from "./vscodeHost/endOnSignals.ts"
import { ghost, openFile, quietEditor } from "./vscodeHost/ghostTextPage.ts"
import { makeSampleWorkspace } from "./vscodeHost/sampleWorkspace.ts"
import { openWorkbench, runCommand } from "./vscodeHost/workbench.ts"

const themes = [
  ["dark", "Dark Modern"],
  ["light", "Light Modern"],
  ["high-contrast", "Default High Contrast"],
] as const

const folder = path.join(root, "media/screenshots")

endOnSignals()
const vsix = await buildOsprey()
mkdirSync(folder, { recursive: true })
const browser = await launchBrowser()
try {
  for (const [name, theme] of themes) await take(name, theme)
} finally {
  await browser.close()
}

async function take(name: string, theme: string): Promise<void> {
  const parent = mkdtempSync(path.join(os.tmpdir(), "osprey-screenshots-"))
  const workspace = makeSampleWorkspace(path.join(parent, "shop"))
  const settings = {
    ...demoSettings,
    ...quietEditor,
    "workbench.colorTheme": theme,
    "editor.minimap.enabled": false,
  }
  const server = await startCodeServer({ vsix, settings })
  const context = await browser.newContext({ viewport: { width: 1180, height: 720 }, deviceScaleFactor: 2 })
  try {
    const page = await openWorkbench(context, workbenchAddress(server, workspace))
    const chat = await openChatPage(page)
    await endedAnswer(await chat.ask("What does src/orderTotal.ts do?"))
    await ghostTextShown(page)
    await shoot(page, `osprey-${name}`)
    await fixShown(page)
    await shoot(page, `fix-${name}`)
  } finally {
    await context.close()
    await server.stop()
    rmSync(parent, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

async function ghostTextShown(page: Page): Promise<void> {
  await openFile(page, "orderTotal.ts")
  await page.keyboard.press("Enter")
  await page.keyboard.type("export function averagePrice(prices: number[])", { delay: 40 })
  await ghost(page).first().waitFor()
}

/** The sample's one type error, and what the model makes of it. */
async function fixShown(page: Page): Promise<void> {
  await page.keyboard.press("Escape")
  await runCommand(page, "File: Revert File")
  await openFile(page, "shipping.ts")
  await page.locator(".squiggly-error").first().waitFor()
  await runCommand(page, "Go to Next Problem (Error, Warning, Info)")
  await page.keyboard.press("Escape")
  await runCommand(page, "Osprey: Fix")
  await page.locator(".monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert").first().waitFor()
  await page.locator(".notification-toast", { hasText: "is fixing" }).waitFor({ state: "detached" })
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  await page.screenshot({ path: path.join(folder, `${name}.png`), scale: "css" })
  console.log(`media/screenshots/${name}.png`)
}
