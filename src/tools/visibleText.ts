// Makes characters visible that people can't see and models can: hidden instructions ride on them (SR-7). Emoji,
// Arabic, Hebrew and Indic text stay as they are.

export type VisibleText = {
  readonly text: string
  /** Characters that were replaced. */
  readonly count: number
  /** Line of the first one, from 1; 0 if there is none. */
  readonly firstLine: number
}

/** Writes each hidden character as `[U+E0041]`. Cheap where there is none. */
export function visibleText(text: string): VisibleText {
  let count = 0
  let firstLine = 0
  const shown = text.replaceAll(hiddenRun, (run, offset: number) => {
    if (belongs(run, text.slice(Math.max(0, offset - 2), offset))) return run
    const characters = [...run]
    if (count === 0) firstLine = text.slice(0, offset).split("\n").length
    count += characters.length
    const [first = ""] = characters
    if (characters.length > longestRun)
      return `${escaped(first)}[and ${characters.length - 1} more hidden characters]`
    return characters.map(escaped).join("")
  })
  return { text: shown, count, firstLine }
}

/** A longer run is summed up: 500 variation selectors are not worth 500 escapes. */
const longestRun = 64

// Control characters but tab and line ends, invisible letters, zero-width characters, bidirectional embeddings,
// overrides and isolates, variation selectors, tags. Not the marks LRM, RLM and ALM: bidirectional prose needs them.
const hiddenRun =
  /(?:[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u115f\u1160\u180e\u200b\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\p{Variation_Selector}|\u200c|\u200d|\u034f|\u17b4|\u17b5|[\u{e0000}-\u{e00ff}]|[\u{e01f0}-\u{e0fff}])+/gu

/** One selector or joiner after a character that takes it, or the tags of a flag (Scotland's, Wales's). */
function belongs(run: string, before: string): boolean {
  const last = [...before].at(-1) ?? ""
  if (/^\p{Variation_Selector}$/u.test(run) && /^[#*0-9\xa9\xae]$/.test(last)) return true
  if (/^\p{Variation_Selector}?[\u200c\u200d]?$/u.test(run)) return last > "\x9f"
  return last === "\u{1f3f4}" && /^[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}$/u.test(run)
}

function escaped(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`
}
