// How much of the cursor's line, after the cursor, a suggestion says again: `foo(█)` and `a, b)` share the bracket.
// Asked anew at every keystroke, because editors close brackets and quotes by themselves.

/**
 * Characters after the cursor to replace: those that the suggestion writes too, in their order, without having
 * opened them itself. `sum(█)` and `max(a)` share none, `sum(█)` and `max(a))` share one.
 */
export function coverRestOfLine(text: string, restOfLine: string): number {
  let covered = 0
  let next = nextOf(restOfLine, 0)
  const take = () => {
    covered = next + 1
    next = nextOf(restOfLine, covered)
  }
  // A quote right after the cursor: the cursor is in the string that it ends.
  let quote = /^["'`]/.exec(restOfLine)?.[0]
  let isAround = quote !== undefined
  const opened: string[] = []
  for (let at = 0; at < text.length && next < restOfLine.length; at++) {
    const character = text.charAt(at)
    const wanted = restOfLine.charAt(next)
    if (quote !== undefined) {
      if (character === "\\") at++
      else if (character === quote) {
        if (isAround) take()
        isAround = false
        quote = undefined
      }
    } else if (opened.length === 0 && character === wanted) take()
    else if ("\"'`".includes(character)) quote = character
    else if ("([{".includes(character)) opened.push(character)
    else if (")]}".includes(character) && opened.pop() === undefined) break
  }
  return covered
}

/** The next character that isn't a blank. */
function nextOf(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charAt(at).trim() === "") at++
  return at
}
