// What every benchmark returns: one row per figure, for the table on the terminal and bench-results.json.

export type BenchRow = {
  readonly bench: string
  readonly metric: string
  readonly value: number
  readonly unit: string
  /** null: shown without a goal. */
  readonly goal: number | null
  /** null where there is no goal. */
  readonly met: boolean | null
}
