// The models used before, latest first, in VS Code's own memory for the extension: no workspace can write there.
// Read with suspicion all the same, as another version may have written it. Knows no key.
import * as v from "valibot"
import { keyOf, type ModelChoice } from "./modelChoices.ts"

export type RecentModels = {
  list(): readonly ModelChoice[]
  used(choice: ModelChoice): Promise<void>
}

/** What of VS Code's Memento is used. */
export type Memory = {
  get(name: string): unknown
  update(name: string, value: unknown): PromiseLike<void>
}

const maxKept = 8
const name = "osprey.recentModels"

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4000))
const stored = v.variant("type", [
  v.strictObject({ type: v.literal("demo") }),
  v.strictObject({ type: v.literal("file"), path: text }),
  v.strictObject({ type: v.literal("endpoint"), url: text, model: text }),
])

export function recentModels(memory: Memory): RecentModels {
  function list(): readonly ModelChoice[] {
    const value = memory.get(name)
    if (!Array.isArray(value)) return []
    return value.flatMap((each: unknown) => {
      const parsed = v.safeParse(stored, each)
      return parsed.success ? [parsed.output] : []
    })
  }
  return {
    list,
    async used(choice) {
      const others = list().filter(other => keyOf(other) !== keyOf(choice))
      await memory.update(name, [choice, ...others].slice(0, maxKept))
    },
  }
}
