// How a benchmark writes its figures down: rows under one name, and the percentiles they are made of.
import type { BenchRow } from "./benchRow.ts"

/** `goal`: at most that, or at least; a row without one is only shown. Four digits after the point are kept. */
export type MakeRow = (metric: string, value: number, unit: string, goal?: Goal) => BenchRow

export type Goal = number | { readonly atLeast: number }

export function benchRows(bench: string): MakeRow {
  return (metric, value, unit, goal) => ({
    ...{ bench, metric, value: Math.round(value * 10_000) / 10_000, unit },
    goal: typeof goal === "object" ? goal.atLeast : (goal ?? null),
    met: goal === undefined ? null : typeof goal === "object" ? value >= goal.atLeast : value <= goal,
  })
}

/** NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Milliseconds that the work takes where nothing interrupts it: the best of three, it is the same work each time. */
export function undisturbed(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  })
  return Math.min(...times)
}
