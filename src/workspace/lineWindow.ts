// Takes lines out of text that arrives in parts, within limits, and counts the lines as it goes. Knows neither
// files nor encodings.

export type LineLimits = { readonly lines: number; readonly characters: number }

export type LineWindow = {
  /** Takes the next part of the text. */
  push(part: string): void
  /** Nothing further of the text is wanted; more parts only count lines. */
  isFull(): boolean
  /** The lines so far, exactly as they stand in the text, with their line ends. */
  result(): LineWindowResult
}

export type LineWindowResult = {
  readonly text: string
  readonly firstLine: number
  /** Below `firstLine` when there was nothing. */
  readonly lastLine: number
  /** Lines seen so far. */
  readonly lineCount: number
  /** Lines that were asked for and seen were left out, or cut, because of a limit. */
  readonly truncated: boolean
}

/** Lines `startLine` to `endLine` (1-based, inclusive; default: all), cut at the limits. */
export function lineWindow(startLine: number, endLine: number | undefined, limits: LineLimits): LineWindow {
  const wantedEnd = endLine ?? Number.POSITIVE_INFINITY
  const lastAllowed = Math.min(wantedEnd, startLine + limits.lines - 1)
  const pieces: string[] = []
  let line = 1
  let lineIsOpen = false
  let room = limits.characters
  let lastLine = startLine - 1
  let cut = false

  function take(piece: string): void {
    if (line < startLine || line > wantedEnd || cut) return
    if (line > lastAllowed || room === 0) {
      cut = true
      return
    }
    const fitting = piece.length <= room ? piece : wholeCharacters(piece.slice(0, room))
    pieces.push(fitting)
    lastLine = line
    cut = fitting.length < piece.length
    room -= fitting.length
  }

  return {
    push(part) {
      let at = 0
      while (at < part.length) {
        const newline = part.indexOf("\n", at)
        const end = newline === -1 ? part.length : newline + 1
        take(part.slice(at, end))
        lineIsOpen = newline === -1
        if (!lineIsOpen) line++
        at = end
      }
    },
    isFull: () => cut || line > wantedEnd,
    result: () => ({
      text: pieces.join(""),
      firstLine: startLine,
      lastLine,
      lineCount: lineIsOpen ? line : line - 1,
      truncated: cut,
    }),
  }
}

function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text
}
