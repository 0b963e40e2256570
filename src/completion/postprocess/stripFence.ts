// A model may open or close a code fence around what it writes; the fence is its own, not the file's.
import type { Filter } from "./filter.ts"

export const stripFence: Filter = (text, { request }) => {
  if (request.languageId === "markdown") return { text }
  const opened = text.replace(/^\s*`{3,}[\w.+-]*\n/, "")
  const closing = /(?:^|\n)[ \t]*`{3,}[ \t]*(?:\n|$)/.exec(opened)
  return { text: closing === null ? opened : opened.slice(0, closing.index) }
}
