// VS Code's memory for the extension, made steady. A write there comes back as a notice that resets the whole memory
// to what it was at that write (VS Code's extHostMemento.ts, mainThreadStorage.ts), so another write shortly after
// can be undone before it is stored, under any name. Knows neither names nor values.
import { setTimeout as delay } from "node:timers/promises"
import type { Memory } from "./recentModels.ts"

/** Milliseconds after which the notice of a write has come. */
const settleMs = 2000

const maxTries = 3

/** What was written is what is read until it is there to stay; what was lost is written again. */
export function steadyMemory(
  memory: Memory,
  settled: () => Promise<void> = () => delay(settleMs, undefined, { ref: false }),
): Memory {
  const written = new Map<string, { readonly value: unknown }>()

  async function seeToIt(name: string, latest: { readonly value: unknown }): Promise<void> {
    for (let tries = 1; tries <= maxTries; tries++) {
      await settled()
      if (written.get(name) !== latest || isSame(memory.get(name), latest.value)) break
      await memory.update(name, latest.value)
    }
  }

  function forget(name: string, latest: { readonly value: unknown }): void {
    if (written.get(name) === latest) written.delete(name)
  }

  return {
    get(name) {
      const latest = written.get(name)
      return latest === undefined ? memory.get(name) : latest.value
    },
    async update(name, value) {
      const latest = { value }
      written.set(name, latest)
      try {
        await memory.update(name, value)
      } catch (error) {
        forget(name, latest)
        throw error
      }
      // What can't be written again is lost, as it was before.
      void seeToIt(name, latest)
        .catch(() => {})
        .then(() => forget(name, latest))
    },
  }
}

/** As VS Code writes it to disk. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
