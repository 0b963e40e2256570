// How fast bytes come, over the last seconds, from counts and times. Pure.

export type RateMeter = {
  /** `at` in milliseconds. */
  add(bytes: number, at: number): void
  /** Bytes per second; undefined until a second was seen. */
  perSecond(): number | undefined
}

/** Milliseconds. */
const windowMs = 10_000
const leastMs = 1000

export function rateMeter(): RateMeter {
  let seen: { readonly bytes: number; readonly at: number }[] = []
  return {
    add(bytes, at) {
      const last = seen.at(-1)
      if (last !== undefined && bytes < last.bytes) seen = []
      seen = [...seen.filter(each => at - each.at <= windowMs), { bytes, at }]
    },
    perSecond() {
      const [first, last] = [seen.at(0), seen.at(-1)]
      if (first === undefined || last === undefined || last.at - first.at < leastMs) return undefined
      return ((last.bytes - first.bytes) * 1000) / (last.at - first.at)
    },
  }
}
