// Does gpt-oss-20b run on this computer? A sentence for the welcome page from memory, disk and processor cores.
// Asks the operating system; promises no speed, as none was measured yet.
import { statfsSync } from "node:fs"
import os from "node:os"
import type { ModelFit } from "../protocol/modelOffer.ts"

/** Sizes in bytes. */
export type Machine = {
  readonly memory: number
  /** Missing where the system's figure says little: macOS counts its file cache as used. */
  readonly freeMemory?: number
  /** Missing where the system doesn't say. */
  readonly freeDisk?: number
  readonly cores: number
}

const gibibyte = 2 ** 30
const gigabyte = 1e9

/** The weights (11.3 GiB), a context of 16,384 tokens and what the system itself needs. */
const neededMemory = 14 * gibibyte
const modelFile = 12.1 * gigabyte
/** Up to this many, a processor alone is slow. */
const fewCores = 4

export function modelFit({ memory, freeMemory, freeDisk, cores }: Machine): ModelFit {
  const installed = Math.round(memory / gibibyte)
  if (memory < neededMemory) {
    const here = Math.floor(memory / gibibyte)
    const sentence = `Needs about 14 GB of memory; ${here} GB are here. An endpoint is the better choice.`
    return { verdict: "noMemory", sentence }
  }
  if (freeDisk !== undefined && freeDisk < modelFile) {
    const free = (Math.floor(freeDisk / (gigabyte / 10)) / 10).toFixed(1)
    return { verdict: "noDisk", sentence: `Needs 12.1 GB on disk; ${free} GB are free.` }
  }
  if (cores <= fewCores) {
    const processor = cores === 1 ? "1 processor core" : `${cores} processor cores`
    const sentence = `Works with ${installed} GB memory, but slowly: ${processor}, unless a graphics processor helps.`
    return { verdict: "slow", sentence }
  }
  if (freeMemory !== undefined && freeMemory < neededMemory) {
    const free = Math.floor(freeMemory / gibibyte)
    const sentence = `Fits: ${installed} GB memory, ${free} GB of it free now. Close large programs first.`
    return { verdict: "fits", sentence }
  }
  return { verdict: "fits", sentence: `Fits: ${installed} GB memory, ${cores} processor cores.` }
}

/** `folder` is on the disk that counts. */
export function thisMachine(folder: string): Machine {
  const freeDisk = freeDiskAt(folder)
  return {
    memory: os.totalmem(),
    ...(process.platform !== "darwin" && { freeMemory: os.freemem() }),
    ...(freeDisk !== undefined && { freeDisk }),
    cores: os.availableParallelism(),
  }
}

function freeDiskAt(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}
