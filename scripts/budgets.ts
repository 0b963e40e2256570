// What may be loaded at which moment, in bytes of minified code. The build fails when a file outgrows its budget.

/** Files in dist/. The lazily loaded packages (openai, the tokeniser) are files of their own and not counted. */
export const budgets: Readonly<Record<string, number>> = {
  /** What VS Code loads at activation. */
  "extension.cjs": 250_000,
  /** Everything before the chat page's first message is shown. */
  "webview/page.js": 300_000,
  /** Loaded after it. */
  "webview/highlight.js": 200_000,
}
