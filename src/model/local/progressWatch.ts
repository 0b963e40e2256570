// Whether a process that answers still gets on with its work: a graphics driver can hang in a thread of its own,
// while the rest of the process is well. How long a step may take follows from the steps it took. Has no clock.

export type ProgressWatch = {
  /** Work was given; before its first step the whole model may have to come from the disk. */
  began(id: number, work: "load" | "generate" | "other"): void
  /** A step of this work was done: a part of the file loaded, a piece of the prompt read, a token written. */
  stepped(id: number): void
  ended(id: number): void
  /** Time passed. Returns the milliseconds without any step once they are too many, else undefined. */
  passed(ms: number): number | undefined
}

export type ProgressLimits = {
  /** For loading, and for the first step after it. Milliseconds. */
  readonly firstMs: number
  /** For every further step, at the least. */
  readonly stepMs: number
}

/** A file of 12 GB at 50 MB/s takes four minutes; a prompt's piece or a token some seconds on the slowest machine. */
export const progressLimits: ProgressLimits = { firstMs: 300_000, stepMs: 60_000 }

/** A step may take this many times the longest before it: a longer piece of a prompt, a busy moment. */
const tolerance = 20

export function progressWatch(limits: ProgressLimits = progressLimits): ProgressWatch {
  const open = new Map<number, "load" | "generate" | "other">()
  let since = 0
  let longest: number | undefined

  return {
    began(id, work) {
      if (open.size === 0) since = 0
      if (work === "load") longest = undefined
      open.set(id, work)
    },
    stepped(id) {
      const work = open.get(id)
      if (work === undefined) return
      if (work === "generate") longest = Math.max(longest ?? 0, since)
      since = 0
    },
    ended(id) {
      if (open.delete(id)) since = 0
    },
    passed(ms) {
      if (open.size === 0) return undefined
      since += ms
      const loads = [...open.values()].includes("load")
      const limit =
        loads || longest === undefined ? limits.firstMs : Math.max(limits.stepMs, longest * tolerance)
      return since > limit ? since : undefined
    },
  }
}
