// Brings the lines of a suggestion to the file's indentation: tabs where it has tabs, spaces where it has spaces.
import { indentOf } from "../suggestionShape.ts"
import type { Filter } from "./filter.ts"

export const fixIndentation: Filter = (text, { request }) => {
  if (!text.includes("\n")) return { text }
  const tabs = usesTabs(request.before)
  if (tabs === undefined) return { text }
  const [first = "", ...more] = text.split("\n")
  return { text: [first, ...more.map(line => reindented(line, tabs))].join("\n") }
}

/** By the last indented lines before the cursor; undefined: none is indented. */
function usesTabs(before: string): boolean | undefined {
  const blanks = before
    .slice(-4000)
    .match(/(?<=\n)[ \t]+(?=\S)/g)
    ?.at(-1)
  return blanks?.startsWith("\t")
}

function reindented(line: string, tabs: boolean): string {
  const blanks = /^[ \t]*/.exec(line)?.[0] ?? ""
  const columns = indentOf(line)
  const wanted = tabs ? "\t".repeat(Math.round(columns / 4)) : " ".repeat(columns)
  return tabs === blanks.startsWith("\t") ? line : wanted + line.slice(blanks.length)
}
