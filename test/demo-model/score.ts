// Counts how often something was right, and writes the table of the bars.

/** What the demo model has to reach; a share of 1. */
export const bars = {
  "Well-formed Harmony": 0.98,
  "The right tool among those offered": 0.97,
  "The right tool under a name never seen": 0.9,
  "Path copied exactly": 0.97,
  "First line quoted exactly": 0.95,
  "First line quoted exactly, result with line numbers": 0.95,
  "First line quoted exactly, result of 1,000 to 2,000 tokens": undefined,
  "First line quoted exactly, in a second or third turn": undefined,
  "First line quoted exactly, of the files that the smoke test asks about": undefined,
  "First definition named": undefined,
  "A missing file is reported": undefined,
  "Listing repeated exactly": undefined,
  "Matches repeated exactly": undefined,
  "Answers without a loop": 1,
  "Greeting, abilities and fixed questions": 1,
  "Explain: first line quoted exactly": undefined,
  "A suggested line parses: TypeScript": 0.9,
  "A suggested line parses: JavaScript": 0.9,
  "A suggested line parses: Python": 0.9,
  "A suggested line is the one that was there": undefined,
  "Fix compiles": 0.9,
  "Document: a comment above the unchanged code": undefined,
  "Write tests: a test that imports and calls the function": undefined,
  "Refactor: a parameter is renamed": undefined,
} as const

export type Bar = keyof typeof bars

export type Score = {
  add(bar: Bar, right: boolean, what?: string): void
  /** A finer count, shown below the table. */
  detail(name: string, right: boolean): void
  readonly failures: readonly string[]
  table(): string
}

export function score(): Score {
  const counts = new Map<Bar, { right: number; all: number }>()
  const details = new Map<string, { right: number; all: number }>()
  const failures: string[] = []
  const count = <Key>(counted: Map<Key, { right: number; all: number }>, key: Key, right: boolean) => {
    const found = counted.get(key) ?? { right: 0, all: 0 }
    counted.set(key, { right: found.right + (right ? 1 : 0), all: found.all + 1 })
  }
  return {
    failures,
    add(bar, right, what) {
      count(counts, bar, right)
      if (!right && what !== undefined) failures.push(`${bar}: ${what}`)
    },
    detail: (name, right) => count(details, name, right),
    table() {
      const rows = Object.entries(bars).flatMap(([bar, goal]) => {
        const found = [...counts].find(([name]) => name === bar)?.[1]
        if (found === undefined) return []
        const wanted = goal === undefined ? "" : percent(goal)
        const verdict = goal === undefined ? "" : found.right >= goal * found.all ? "met" : "not met"
        return [
          `| ${bar} | ${found.right} of ${found.all} | ${percent(found.right / found.all)} | ${wanted} | ${verdict} |`,
        ]
      })
      const fine = [...details].map(([name, { right, all }]) => `${name} ${right}/${all}`).join(" · ")
      return ["| what | right | share | wanted | |", "|---|---|---|---|---|", ...rows, "", fine]
        .join("\n")
        .trimEnd()
    },
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`
}
