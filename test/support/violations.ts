// Watches every webview of a browser for acts against its Content-Security-Policy. Listens inside the frames, from
// before their first byte, and to what the browser writes to the console.
import type { BrowserContext } from "playwright-core"

/** The violations so far, each as "directive: what was blocked". */
export async function collectViolations(context: BrowserContext): Promise<() => readonly string[]> {
  const found: string[] = []
  await context.exposeBinding("ospreyViolation", ({ frame }, what: string) => {
    if (frame.parentFrame()?.parentFrame()) found.push(what) // a webview's document is the third frame deep
  })
  await context.addInitScript({ content: listener })
  context.on("console", message => {
    if (/content security policy/i.test(message.text()) && /fake\.html/.test(message.location().url))
      found.push(message.text())
  })
  return () => found
}

/** VS Code writes a webview's document with document.open(), which drops all listeners: so they are set again. */
const listener = `
  const listen = () => document.addEventListener("securitypolicyviolation", event =>
    window.ospreyViolation(event.effectiveDirective + ": " + event.blockedURI + " " + event.sample + " " + event.sourceFile))
  listen()
  const open = Document.prototype.open
  Document.prototype.open = function (...values) {
    const result = open.apply(this, values)
    listen()
    return result
  }
`
