// A short wait before the model is asked, so that a burst of keystrokes becomes one request: a quarter of what an
// answer takes here. A fast model is asked at once.

export type Pause = {
  /** Resolves after the wait, `leastMs` or longer; false if it was aborted before. */
  over(leastMs: number, signal: AbortSignal): Promise<boolean>
  /** Milliseconds that a whole answer took. */
  observe(ms: number): void
}

const mostMs = 250
const sample = 9

export function pause(): Pause {
  let times: readonly number[] = []

  return {
    over(leastMs, signal) {
      if (signal.aborted) return Promise.resolve(false)
      const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const timer = setTimeout(() => done(true), Math.max(leastMs, Math.min(mostMs, median / 4)))
      const onAbort = () => done(false)
      const done = (finished: boolean) => {
        clearTimeout(timer)
        signal.removeEventListener("abort", onAbort)
        resolve(finished)
      }
      signal.addEventListener("abort", onAbort, { once: true })
      return promise
    },
    observe(ms) {
      times = [...times, ms].slice(-sample)
    },
  }
}
