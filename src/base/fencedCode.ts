// Code as a Markdown block that its own text can't end: what the model is shown and what the chat gets. Part of the
// demo model's contract: who changes the form retrains.

/** A fenced block with its language; no line break at either end. Line ends become `\n`. */
export function fencedCode(languageId: string, code: string): string {
  const text = code.replaceAll(/\r\n?/g, "\n")
  const fence = fenceFor(languageId, text)
  return `${fence}${languageId}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`
}

/** Longer than every run of backticks in the text; Markdown is full of them, so it starts with four. */
export function fenceFor(languageId: string, text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length))
  return "`".repeat(Math.max(languageId === "markdown" ? 4 : 3, longest + 1))
}
