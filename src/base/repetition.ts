// Finds a text that goes round in circles. Small models fall into loops; the agent loop ends them.

/** How far back the end of a text is looked at, and from how many characters on a repetition is a loop. */
const window = 2400
const minimumLength = 320
const minimumRepeats = 4

/**
 * Whether the text ends in a passage repeated over and over: at least four times and 320 characters in all.
 * Looks at the last 2,400 characters; linear in their number (Z-function over the reversed end).
 */
export function endsInLoop(text: string): boolean {
  const end = [...text.slice(-window)].reverse()
  const length = end.length
  const match = new Int32Array(length)
  let [left, right] = [0, 0]
  for (let i = 1; i < length; i++) {
    let reach = i < right ? Math.min(right - i, match[i - left] ?? 0) : 0
    while (i + reach < length && end[reach] === end[i + reach]) reach++
    match[i] = reach
    if (i + reach > right) [left, right] = [i, i + reach]
    if (isBlank(end, i)) continue
    if (reach + i >= Math.max(minimumLength, minimumRepeats * i)) return true
  }
  return false
}

/** Spaces and dashes are layout, not a loop. */
function isBlank(end: readonly string[], period: number): boolean {
  return end.slice(0, period).every(character => " \t\n-=_*#.".includes(character))
}
