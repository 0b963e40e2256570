// Counts of what each model at each endpoint was like: answers, calls, faults, speed, cost. Kept in VS Code's own
// memory for the extension and never sent. Read with suspicion, as another version may have written it; several
// windows add to the same counts.
import type { ModelObservation } from "../model/observedModel.ts"
import type { EndpointRecord } from "../protocol/endpointPage.ts"
import { type EndpointCounts, grownCounts, noCounts, parsedCounts, recordOf } from "./endpointCounts.ts"
import type { Memory } from "./recentModels.ts"

export type EndpointLedger = {
  /** `key` names an endpoint and model. */
  note(key: string, seen: ModelObservation): void
  /** Undefined: nothing was seen there yet. */
  record(key: string): EndpointRecord | undefined
  /** What a menu says of it. */
  seen(key: string): { readonly tokensPerSecond?: number }
  /** Writes what isn't written yet. */
  dispose(): void
}

type EndpointLedgerOptions = {
  readonly memory: Memory
  readonly now?: () => number
  /** Milliseconds that counts may wait to be written. */
  readonly writeEvery?: number
}

/** Those that weren't used for longest are forgotten. */
const maxKept = 40
const name = "osprey.endpointLedger"

export function endpointLedger({
  memory,
  now = Date.now,
  writeEvery = 5_000,
}: EndpointLedgerOptions): EndpointLedger {
  let unwritten: readonly { readonly key: string; readonly seen: ModelObservation; readonly at: number }[] =
    []
  let timer: ReturnType<typeof setTimeout> | undefined

  /** What is kept, another window's newest included, and what this one has not written yet. */
  function current(): ReadonlyMap<string, EndpointCounts> {
    const counts = new Map(parsedCounts(memory.get(name)))
    for (const { key, seen, at } of unwritten)
      counts.set(key, grownCounts(counts.get(key) ?? noCounts, seen, at))
    return counts
  }

  function write(): void {
    clearTimeout(timer)
    timer = undefined
    if (unwritten.length === 0) return
    const latestFirst = [...current()].sort(([, one], [, other]) => other.at - one.at)
    unwritten = []
    const kept = latestFirst.slice(0, maxKept).map(([key, counts]) => ({ key, ...counts }))
    // Figures only: what can't be written is lost, and nothing else with it.
    memory.update(name, kept).then(undefined, () => {})
  }

  return {
    note(key, seen) {
      unwritten = [...unwritten, { key, seen, at: now() }]
      timer ??= setTimeout(write, writeEvery)
      timer.unref()
    },
    record(key) {
      const counts = current().get(key)
      return counts === undefined ? undefined : recordOf(counts)
    },
    seen(key) {
      const counts = current().get(key)
      const speed = counts === undefined ? undefined : recordOf(counts).tokensPerSecond
      return speed === undefined ? {} : { tokensPerSecond: speed }
    },
    dispose: write,
  }
}
