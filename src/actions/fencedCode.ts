// Code as a Markdown block that its own text can't end: what the model is shown and what the chat gets.

/** A fenced block with its language; no line break at either end. Line ends become `\n`. */
export function fencedCode(languageId: string, code: string): string {
  const text = code.replaceAll(/\r\n?/g, "\n")
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length))
  const fence = "`".repeat(longest + 1)
  return `${fence}${languageId}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`
}

/** One line: a path or a message of another program's can't begin a line of its own. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim()
}
