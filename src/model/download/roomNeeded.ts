// How much of a disk a download asks for before it begins: one rule for the download and for the advice before it.

/** Beyond the bytes themselves, for what else is written meanwhile. */
const roomFactor = 1.05

/** Bytes that must be free for so many that are still to come, part files not counted. */
export function roomNeeded(bytes: number): number {
  return Math.ceil(bytes * roomFactor)
}
