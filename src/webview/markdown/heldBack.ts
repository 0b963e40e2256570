// The part of a streaming text that can be drawn already. A half-written line that would first look like
// something else (a rule before a list item, raw pipes before a table) waits for its end.

/** Nothing but the beginning of block markup: "-", "##", "1.", "=", ">", "**". */
const onlyMarkup = /^[ \t]*(?:[-=*+_>#]+[ \t]*|\d{1,9}[.)]?[ \t]*|`{1,2}|~{1,2})$/
const fenceLine = /^[ \t]*(?:```|~~~)/
const tableLine = /^[ \t]*\|/

export function heldBack(text: string): string {
  const end = text.lastIndexOf("\n") + 1
  const lastLine = text.slice(end)
  const waits = onlyMarkup.test(lastLine) || fenceLine.test(lastLine) || tableLine.test(lastLine)
  const drawn = waits ? text.slice(0, end) : text
  return withoutLonelyTableHead(drawn)
}

/** A first table line is a paragraph until the line of dashes below it has come. */
function withoutLonelyTableHead(text: string): string {
  if (!text.endsWith("\n")) return text
  const start = text.lastIndexOf("\n", text.length - 2) + 1
  if (!tableLine.test(text.slice(start))) return text
  const before = text.slice(text.lastIndexOf("\n", start - 2) + 1, start)
  return start > 0 && tableLine.test(before) ? text : text.slice(0, start)
}
