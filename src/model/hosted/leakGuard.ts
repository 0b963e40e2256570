// Holds back streamed text from where it may be leaked Harmony markup, so that no marker is ever on the screen.
// Judges nothing: what was held is read as a whole at the end (readLeakedText). Takes time linear in the text.
import { codeLines } from "./codeLines.ts"

export interface LeakGuard {
  /** What may be shown now. All that was shown is always the beginning of the text so far. */
  add(text: string): string
  /** What isn't shown yet. */
  readonly held: string
}

const marker = "<|start|>assistant"
const stops = ["<|return|>", "<|call|>", "<|end|>"]
const opening = "<|channel|>"
const word = "analysis"

/** Characters of white space behind a stop token that still belong to the text's end. */
const longestEnd = 100

/** Characters of stop tokens, one after the other, and of white space at the beginning. */
const longestDoubt = 1000

export function leakGuard(): LeakGuard {
  /**
   * "beginning": what the text begins with isn't sure yet. "line": only the end of the line tells whether a marker
   * stands in code. "rest": everything from here on is held.
   */
  let state: "beginning" | "open" | "line" | "rest" = "beginning"
  let held = ""
  const code = codeProgress()

  return {
    get held() {
      return held
    },
    add(text) {
      held += text
      if (state === "beginning") state = beginning(held)
      const waits = state === "beginning" || state === "rest" || (state === "line" && !text.includes("\n"))
      return waits ? "" : shown()
    },
  }

  function shown(): string {
    state = "open"
    const to = safeEnd()
    const text = held.slice(0, to)
    code.take(held, to)
    code.cut(to)
    held = held.slice(to)
    return text
  }

  /** Up to where the held text can be shown; sets the state for what stays. */
  function safeEnd(): number {
    /** Up to here it is known that markers stand in code. */
    let sureUntil = 0
    for (let at = held.indexOf("<"); at >= 0; at = held.indexOf("<", at + 1)) {
      const found = doubtAt(held, at)
      if (found === "nothing" || (found !== "unfinished" && found < sureUntil)) continue
      if (found === "unfinished") return at
      const place = code.placeOf(held, found)
      if (typeof place === "number") {
        sureUntil = place
        continue
      }
      state = place
      return at
    }
    return held.length
  }
}

/** Whether a text begins like leaked markup; "beginning": more of it has to come. */
function beginning(text: string): "beginning" | "open" | "rest" {
  const begun = text.trimStart()
  if (begun.startsWith(opening)) return "rest"
  if (text.startsWith(word) && text.length > word.length)
    return /\S/.test(text.charAt(word.length)) ? "rest" : "open"
  const mayBecome = opening.startsWith(begun) || word.startsWith(text)
  return mayBecome && text.length < longestDoubt ? "beginning" : "open"
}

/**
 * What begins at a "<": the index of a message's start, before which stop tokens may stand; "unfinished": one may
 * still come of it, or a stop token ends the text.
 */
function doubtAt(text: string, from: number): number | "unfinished" | "nothing" {
  let at = from
  for (;;) {
    if (text.startsWith(marker, at)) return at
    const stop = stops.find(each => text.startsWith(each, at))
    if (stop === undefined) {
      const rest = text.slice(at, at + marker.length)
      const isUnfinished =
        at + rest.length === text.length && [marker, ...stops].some(each => each.startsWith(rest))
      return isUnfinished && at - from < longestDoubt ? "unfinished" : "nothing"
    }
    const end = at + stop.length
    at = end
    while (at < text.length && /\s/.test(text.charAt(at))) at++
    if (at - end > longestEnd) return "nothing"
  }
}

/** Where code is. Goes through the held text once, however often that is looked at. */
function codeProgress() {
  const lines = codeLines()
  /** The line that isn't over, as far as it was taken. */
  let begun: string[] = []
  let hasTicks = false
  /** Characters of the held text that were taken. */
  let taken = 0

  return {
    take,
    /** So many characters of the held text are gone. */
    cut(count: number): void {
      taken -= count
    },
    /**
     * What the marker at `at` stands in: "rest" in text, "line" if only the line's end can tell, or up to where
     * all markers stand in code.
     */
    placeOf(held: string, at: number): "rest" | "line" | number {
      take(held, at)
      if (!hasTicks) return lines.isFenced ? at + 1 : "rest"
      const end = held.indexOf("\n", at)
      if (end < 0) return "line"
      const line = lines.next(begun.join("") + held.slice(at, end))
      begin(end + 1)
      return line.includes(marker) ? "rest" : end
    },
  }

  function take(held: string, to: number): void {
    for (let end = held.indexOf("\n", taken); end >= 0 && end < to; end = held.indexOf("\n", taken)) {
      lines.next(begun.join("") + held.slice(taken, end))
      begin(end + 1)
    }
    if (to <= taken) return
    const rest = held.slice(taken, to)
    begun.push(rest)
    hasTicks ||= rest.includes("`")
    taken = to
  }

  function begin(at: number): void {
    begun = []
    hasTicks = false
    taken = at
  }
}
