// Where a text stops being the beginning of JSON. The engine's own messages name the place only for some faults.

/** Characters looked at; what is longer is cut there. */
const longest = 65_536

/** Characters that could be the beginning of a JSON text; the text's length if it only ends too early. */
export function unreadableAt(text: string): number {
  let [readable, unreadable] = [0, Math.min(text.length, longest) + 1]
  while (unreadable - readable > 1) {
    const middle = (readable + unreadable) >> 1
    if (mayGoOn(text.slice(0, middle))) readable = middle
    else unreadable = middle
  }
  return readable
}

/** The parser stumbles over nothing but the end. */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const said = error instanceof Error ? error.message : ""
    return /^Unexpected end\b/.test(said) || said.includes(`at position ${text.length}`)
  }
}
