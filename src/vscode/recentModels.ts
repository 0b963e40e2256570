// The models used before, latest first, in VS Code's own memory for the extension: no workspace can write there.
// Read with suspicion all the same, as another version may have written it. Knows no key.
import { formatReference, type ModelChoice, parseReference } from "./modelReference.ts"

export type RecentModels = {
  list(): readonly ModelChoice[]
  used(choice: ModelChoice): Promise<void>
}

/** What of VS Code's Memento is used. */
export type Memory = {
  get(name: string): unknown
  update(name: string, value: unknown): PromiseLike<void>
}

const maxKept = 16
const name = "osprey.recentModels"

export function recentModels(memory: Memory): RecentModels {
  function list(): readonly ModelChoice[] {
    const lines = memory.get(name)
    if (!Array.isArray(lines)) return []
    return lines.slice(0, maxKept).flatMap((line: unknown) => {
      const parsed = typeof line === "string" ? parseReference(line) : undefined
      return parsed?.ok === true ? [parsed.choice] : []
    })
  }
  return {
    list,
    async used(choice) {
      const line = formatReference(choice)
      const others = list().map(formatReference)
      await memory.update(name, [line, ...others.filter(other => other !== line)].slice(0, maxKept))
    },
  }
}
