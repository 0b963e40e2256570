// Keeps text of others on one line of a prompt.

/** One line: a path or a message of another program's can't begin a line of its own. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim()
}
