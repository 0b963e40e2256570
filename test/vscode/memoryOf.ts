// VS Code's Memento as the tests hold it: a value per name, copied on the way in as VS Code writes it to disk.
import type { Memory } from "../../src/vscode/recentModels.ts"

export type TestMemory = Memory & { readonly kept: Map<string, unknown>; readonly writes: () => number }

export function memoryOf(values: Readonly<Record<string, unknown>> = {}): TestMemory {
  const kept = new Map(Object.entries(values))
  let writes = 0
  return {
    kept,
    writes: () => writes,
    get: name => kept.get(name),
    async update(name, value) {
      writes++
      kept.set(name, structuredClone(value))
    },
  }
}
