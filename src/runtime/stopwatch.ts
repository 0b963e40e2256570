// Adds up the time of what is done, without what is waited for between.

export interface Stopwatch {
  /** Milliseconds so far. */
  ms(): number
  isOver(): boolean
  /** How long this took. */
  time(work: () => Promise<unknown>): Promise<number>
}

export function stopwatch(limitMs: number): Stopwatch {
  let sum = 0
  return {
    ms: () => sum,
    isOver: () => sum >= limitMs,
    time: async work => {
      const startedAt = performance.now()
      await work()
      const ms = performance.now() - startedAt
      sum += ms
      return ms
    },
  }
}
