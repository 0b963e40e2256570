// Refuses a model that would surely drive the computer out of memory, before a byte of it is loaded. For the
// processor only: what fits on a graphics card, llama.cpp finds out.
import { readFileSync } from "node:fs"
import { totalmem } from "node:os"
import type { GgufHeader } from "./ggufHeader.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

/**
 * Bytes that a model takes from other programs. Not its file: that is mapped and can be dropped at any time. But
 * llama.cpp holds the experts a second time, in an order that is faster to compute.
 */
export function memoryNeeded(
  { expertBytes, keyValueBytes }: Pick<GgufHeader, "expertBytes" | "keyValueBytes">,
  contextTokens: number,
): number {
  return expertBytes + keyValueBytes * contextTokens
}

/** Throws outOfMemory with the figures. */
export function requireMemory(header: GgufHeader, contextTokens: number, available = mostAvailable()): void {
  const needed = memoryNeeded(header, contextTokens)
  if (needed > available)
    throw new RuntimeFailure("outOfMemory", `${gib(needed)} needed, ${gib(available)} available`)
}

/** On Linux what is free or can be freed, and swap; elsewhere nobody says that, so all there is. */
function mostAvailable(): number {
  if (process.platform !== "linux") return totalmem()
  return process.availableMemory() + freeSwap()
}

function freeSwap(): number {
  try {
    const [, kilobytes] = /^SwapFree:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8")) ?? []
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0
  }
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
