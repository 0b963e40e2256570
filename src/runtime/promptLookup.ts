// Finds where the last tokens of a text stood in it before, and what followed there: an answer that rewrites a part of
// its prompt mostly goes on as that part does. Knows nothing of models; a look costs a bounded number of comparisons.

export interface PromptLookup {
  push(token: number): void
  /** At most `most` tokens that followed the longest match of the last ones; none where fewer than three match. */
  following(most: number): readonly number[]
}

/** With two, one guess in ten is wrong that isn't made with three, and hardly a right one more. */
const shortestMatch = 3
/** So many tokens alike are as good as more. */
const longestMatch = 32
/** Of the places that end in the same two tokens; the others are not looked at. */
const mostPlaces = 256

export function promptLookup(text: readonly number[]): PromptLookup {
  const tokens: number[] = []
  /** For each two tokens, where the text goes on after them, in ascending order. */
  const placesAfter = new Map<number, number[]>()
  /** Where the text goes on that was followed last. A rewriting goes through a text from its beginning to its end. */
  let expected = 0

  const push = (token: number) => {
    if (tokens[expected] === token) expected++
    const previous = tokens.at(-1)
    tokens.push(token)
    if (previous === undefined) return
    const key = pair(previous, token)
    const places = placesAfter.get(key)
    if (places === undefined) placesAfter.set(key, [tokens.length])
    else places.push(tokens.length)
  }
  for (const token of text) push(token)
  expected = 0

  return {
    push,
    following: most => {
      const [previous, last] = tokens.slice(-2)
      if (previous === undefined || last === undefined) return []
      const places = placesAfter.get(pair(previous, last)) ?? []
      // The last one is the text's end.
      const count = places.length - 1
      const first = firstFrom(places, expected)
      let best = shortestMatch - 1
      let found: number | undefined
      for (let looked = 0; looked < Math.min(count, mostPlaces) && best < longestMatch; looked++) {
        const place = places[(first + looked) % count] ?? 0
        const matching = matchBefore(tokens, place)
        // Of equal ones the first after what was followed last.
        if (matching <= best) continue
        best = matching
        found = place
      }
      if (found === undefined) return []
      expected = found
      return tokens.slice(found, found + most)
    },
  }
}

/** A key; two pairs with the same one do no harm. */
function pair(first: number, second: number): number {
  return first * 2 ** 20 + second
}

/** How many tokens before `place` are those before the end. */
function matchBefore(tokens: readonly number[], place: number): number {
  let count = 0
  while (
    count < Math.min(longestMatch, place) &&
    tokens[place - 1 - count] === tokens[tokens.length - 1 - count]
  )
    count++
  return count
}

/** Index of the first of the ascending values that is at least `least`. */
function firstFrom(values: readonly number[], least: number): number {
  let [from, to] = [0, values.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((values[middle] ?? 0) < least) from = middle + 1
    else to = middle
  }
  return from
}
