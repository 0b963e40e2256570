// What the operating system says of this computer: memory, cores, room on the disk. What that means for a model is in
// model/local/fit.
import { statfsSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import type { ComputerFacts } from "../model/local/fit/fitAdvice.ts"

/** Sizes in bytes. */
export type Machine = ComputerFacts

/** `folder`: where a download would go; it may not be there yet. Graphics cards are asked elsewhere. */
export function thisMachine(folder: string): Machine {
  const freeDisk = freeDiskAt(folder)
  return {
    memory: Math.min(os.totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    ...(process.platform !== "darwin" && { freeMemory: process.availableMemory() }),
    ...(freeDisk !== undefined && { freeDisk }),
    cores: os.availableParallelism(),
  }
}

function freeDiskAt(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch (error) {
    const above = path.dirname(folder)
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT"
    return isMissing && above !== folder ? freeDiskAt(above) : undefined
  }
}
