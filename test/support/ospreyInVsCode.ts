// Osprey as a person meets it: the packaged VSIX in a fresh VS Code, a temporary workspace, Chromium. One test, one
// of everything. Keeps a screenshot and the log under out/e2e when a test fails.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { launchBrowser } from "../../scripts/vscodeHost/browser.ts"
import { builtVsix, root } from "../../scripts/vscodeHost/buildOsprey.ts"
import { type ChatPage, openChatPage } from "../../scripts/vscodeHost/chatPage.ts"
import { type CodeServer, startCodeServer, workbenchAddress } from "../../scripts/vscodeHost/codeServer.ts"
import { demoSettings } from "../../scripts/vscodeHost/demoSettings.ts"
import { endOnSignals } from "../../scripts/vscodeHost/endOnSignals.ts"
import { openWorkbench, workbenchReady } from "../../scripts/vscodeHost/workbench.ts"
import { collectViolations } from "./violations.ts"

export type OspreyInVsCode = {
  readonly page: Page
  readonly server: CodeServer
  /** Absolute path of the open folder. */
  readonly workspace: string
  /** The chat page, opened if it isn't. */
  chat(): Promise<ChatPage>
  /** Reloads the whole window, as a person does. */
  reload(): Promise<ChatPage>
  /** What the pages of webviews did against their Content-Security-Policy so far; must stay empty. */
  violations(): readonly string[]
}

export type OspreyOptions = {
  readonly files?: Readonly<Record<string, string>>
  /** User settings beside the demo model. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Stopped after the test. */
  readonly servers?: readonly { stop(): Promise<void> }[]
}

/** Minutes; a start takes 10 s on an idle machine and 60 s on a busy one. */
const limitMs = 300_000

endOnSignals()

/** A test of node:test with its own VS Code, which is gone afterwards. */
export function ospreyTest(
  name: string,
  options: OspreyOptions,
  body: (osprey: OspreyInVsCode) => Promise<void>,
): void {
  void test(name, { timeout: limitMs }, async context => {
    const closers: (() => Promise<void>)[] = []
    context.after(async () => {
      for (const close of closers.reverse()) await close()
    })
    const osprey = await openOsprey(options, close => closers.push(close))
    try {
      await body(osprey)
    } catch (error) {
      await keepEvidence(name, osprey)
      throw error
    }
  })
}

async function openOsprey(
  { files = {}, settings = {}, servers = [] }: OspreyOptions,
  onClose: (close: () => Promise<void>) => void,
): Promise<OspreyInVsCode> {
  for (const { stop } of servers) onClose(stop)
  const workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), "osprey-e2e-")))
  onClose(async () => rmSync(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true })
    writeFileSync(path.join(workspace, name), text)
  }
  const server = await startCodeServer({ vsix: builtVsix(), settings: { ...demoSettings, ...settings } })
  onClose(server.stop)
  const browser = await launchBrowser()
  onClose(() => browser.close())
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
  const violations = await collectViolations(context)
  const page = await openWorkbench(context, workbenchAddress(server, workspace))
  return {
    page,
    server,
    workspace,
    violations,
    chat: () => openChatPage(page),
    reload: async () => {
      await page.reload()
      await workbenchReady(page)
      return openChatPage(page)
    },
  }
}

async function keepEvidence(name: string, { page, server, violations }: OspreyInVsCode): Promise<void> {
  const folder = path.join(root, "out/e2e")
  const file = path.join(folder, name.replaceAll(/[^a-z0-9]+/gi, "-"))
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: `${file}.png` }).catch(() => {})
  writeFileSync(`${file}.log`, [...violations(), server.log()].join("\n"))
  console.error(`Screenshot and log: ${path.relative(root, file)}.png, .log`)
}
