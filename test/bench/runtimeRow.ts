// Rows of `npm run bench -- runtime`, and the middle of many measurements.
import type { BenchRow } from "./benchRow.ts"

export function row(
  metric: string,
  value: number,
  unit: string,
  goal: number | null = null,
  met: boolean | null = null,
): BenchRow {
  return { bench: "runtime", metric, value: Math.round(value * 10_000) / 10_000, unit, goal, met }
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN
}
