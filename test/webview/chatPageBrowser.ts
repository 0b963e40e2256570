// The real chat page in a real Chromium: the built files of dist/webview behind the real HTML and CSP, a stub of
// VS Code's door that the test holds from the other side, and a proxy that records whatever the browser asks for.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import path from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"
import { installBrowser } from "../../scripts/vscodeHost/browser.ts"
import type { HostToView, ViewToHost } from "../../src/protocol/chatProtocol.ts"
import { chatPageHtml, newNonce } from "../../src/vscode/chatPageHtml.ts"
import { type ThemeName, themes } from "./chatPageThemes.ts"

const built = path.resolve(import.meta.dirname, "../../dist/webview")

export type ChatPage = {
  readonly page: Page
  /** As the extension would send it; returns when the page has drawn it. */
  send(...messages: readonly HostToView[]): Promise<void>
  /** What the page has sent since the last call, once it has drawn what came before. */
  sent(): Promise<readonly ViewToHost[]>
  /** Resolves when the page has sent a message of this type; earlier ones count. */
  waitForSent(type: ViewToHost["type"]): Promise<void>
  drawn(): Promise<void>
  /** Opens every row, and what is in it, and so on. */
  openAllRows(): Promise<void>
  /** Violations of the content security policy, and uncaught errors. */
  faults(): Promise<readonly string[]>
  /** The page again from the start, with what it had saved; as when the view was hidden and shown. */
  reload(): Promise<void>
  close(): Promise<void>
}

export type ChatPageBrowser = {
  open(options?: {
    readonly theme?: ThemeName
    readonly width?: number
    readonly height?: number
  }): Promise<ChatPage>
  /** Addresses asked for beyond our own files: "evil.test/p.png", "connect evil.test:443". */
  readonly foreignRequests: readonly string[]
  close(): Promise<void>
}

export async function chatPageBrowser(): Promise<ChatPageBrowser> {
  const foreignRequests: string[] = []
  const server = await listening(ownFiles(foreignRequests))
  const proxy = await listening(recordingProxy(foreignRequests))
  const browser = await launch(proxy)
  return {
    foreignRequests,
    open: options => openPage(browser, originOf(server), options),
    async close() {
      await browser.close()
      for (const each of [server, proxy]) {
        each.closeAllConnections()
        await new Promise(resolve => each.close(resolve))
      }
    },
  }
}

/** All traffic but our own goes to the proxy, names included, so nothing can leave unseen. */
async function launch(proxy: Server): Promise<Browser> {
  return chromium.launch({
    executablePath: await installBrowser(),
    args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"],
    proxy: { server: originOf(proxy), bypass: "127.0.0.1" },
  })
}

async function openPage(
  browser: Browser,
  origin: string,
  { theme = "dark", width = 300, height = 640 }: Parameters<ChatPageBrowser["open"]>[0] = {},
): Promise<ChatPage> {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 2 })
  const page = await context.newPage()
  const errors: string[] = []
  page.on("pageerror", error => errors.push(`${error}`))
  await page.addInitScript(stubVsCode)
  await page.goto(`${origin}/?theme=${theme}`)
  const drawn = () =>
    page.evaluate(() => new Promise<void>(done => requestAnimationFrame(() => setTimeout(done))))
  return {
    page,
    drawn,
    async openAllRows() {
      const openShown = () =>
        page.evaluate(() => {
          const closed = document.querySelectorAll<HTMLElement>("[aria-expanded=false]")
          for (const row of closed) row.click()
          return closed.length
        })
      while ((await openShown()) > 0) await drawn()
    },
    async send(...messages) {
      await page.evaluate(all => {
        for (const message of all) window.dispatchEvent(new MessageEvent("message", { data: message }))
      }, messages)
      await drawn()
    },
    async sent() {
      await drawn()
      return page.evaluate(() => window.__sent.splice(0))
    },
    waitForSent: async type => {
      await page.waitForFunction(wanted => window.__sent.some(message => message.type === wanted), type)
    },
    faults: async () => [...errors, ...(await page.evaluate(() => window.__violations))],
    reload: async () => {
      await page.reload()
    },
    close: () => context.close(),
  }
}

declare global {
  interface Window {
    __sent: ViewToHost[]
    __violations: string[]
    __pwned?: unknown
  }
}

/** Runs in the page before its scripts. */
function stubVsCode(): void {
  window.__sent = []
  window.__violations = []
  document.addEventListener("securitypolicyviolation", event => {
    window.__violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`)
  })
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: ViewToHost) => window.__sent.push(structuredClone(message)),
      getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null"),
      setState: (state: unknown) => sessionStorage.setItem("state", JSON.stringify(state)),
    }),
  })
}

function ownFiles(foreign: string[]): Server {
  if (!existsSync(path.join(built, "page.js")))
    throw new Error("dist/webview is missing: run npm run build first.")
  const files = new Map(readdirSync(built).map(name => [`/${name}`, readFileSync(path.join(built, name))]))
  const types: Readonly<Record<string, string>> = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".ttf": "font/ttf",
  }
  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1")
    const file = files.get(url.pathname)
    if (url.pathname === "/") {
      response.setHeader("content-type", "text/html; charset=utf-8")
      response.end(themedHtml(request, url.searchParams.get("theme")))
    } else if (file !== undefined) {
      response.setHeader("content-type", types[path.extname(url.pathname)] ?? "application/octet-stream")
      response.end(file)
    } else {
      if (url.pathname !== "/favicon.ico") foreign.push(url.pathname)
      response.writeHead(404).end()
    }
  })
}

/** From VS Code's own sheet for webviews; the page has to hold against it. */
const defaults = `
  body { background: transparent; padding: 0 20px; color: var(--vscode-editor-foreground) }
  a, a code { color: var(--vscode-textLink-foreground) }
  a:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px }
  code { color: var(--vscode-textPreformat-foreground); background: var(--vscode-textPreformat-background); padding: 1px 3px }
  blockquote { background: #7f7f7f1a; border-color: #007acc80 }
  kbd { background: #8080802b; color: #ccc; border: 1px solid #3339; border-bottom-color: #4449; padding: 1px 3px }`

/** VS Code puts the theme on the page from outside: variables through CSSOM, a class on body. Here: a sheet. */
function themedHtml(request: IncomingMessage, name: string | null): string {
  const origin = `http://${request.headers.host}`
  const theme = Object.entries(themes).find(([key]) => key === name)?.[1] ?? themes.dark
  const html = chatPageHtml({
    nonce: newNonce(),
    cspSource: origin,
    scriptUri: `${origin}/page.js`,
    highlightUri: `${origin}/highlight.js`,
    styleUri: `${origin}/page.css`,
    codiconUri: `${origin}/codicon.css`,
  })
  const variables = Object.entries(theme.variables).map(([key, value]) => `--vscode-${key}: ${value}`)
  // Before the policy's own line, so it isn't subject to it; VS Code's defaults stand there too.
  const style = `<style>html { ${variables.join("; ")} } ${defaults}</style>`
  return html.replace("<head>", `<head>${style}`).replace("<body>", `<body class="${theme.bodyClass}">`)
}

/** What Chromium asks for by itself, whatever page it shows. */
const browsersOwn = /^(connect |https?:\/\/)[\w.-]+\.(googleapis|google|gvt1)\.com[:/]/

function recordingProxy(foreign: string[]): Server {
  const record = (asked: string) => {
    if (!browsersOwn.test(asked)) foreign.push(asked)
  }
  const server = createServer((request, response) => {
    record(request.url ?? "")
    response.writeHead(502).end()
  })
  server.on("connect", (request, socket) => {
    record(`connect ${request.url}`)
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n")
  })
  return server
}

function listening(server: Server): Promise<Server> {
  return new Promise(resolve => server.listen(0, "127.0.0.1", () => resolve(server)))
}

function originOf(server: Server): string {
  const address: AddressInfo | string | null = server.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
}
