// Ends a loop of crashes: a model that kills its process three times in a row while it is loaded would do so a
// fourth time, and each time the computer stands still. Only the user may ask for another try.

export type CrashLoop = {
  /** The process died while it started or loaded, or shortly after. */
  died(): void
  /** Why no further process is started by itself; undefined while one may be. */
  stopped(): string | undefined
  /** The user asks for another try. */
  forget(): void
}

export type CrashLimits = {
  readonly deaths: number
  /** Milliseconds in which they must lie. */
  readonly withinMs: number
}

export const crashLimits: CrashLimits = { deaths: 3, withinMs: 5 * 60_000 }

/** A death counts up to here after loading, in milliseconds: the first prompt is what kills, not the load alone. */
export const earlyMs = 10_000

/** `now`: milliseconds. */
export function crashLoop({ deaths, withinMs }: CrashLimits, now: () => number): CrashLoop {
  let times: readonly number[] = []
  let isStopped = false
  return {
    died() {
      times = [...times.filter(time => now() - time < withinMs), now()]
      isStopped ||= times.length >= deaths
    },
    stopped: () =>
      isStopped
        ? `The model process ended ${deaths} times within ${withinMs / 60_000} minutes while it loaded the model, so ` +
          "Osprey doesn't start it any more by itself. Set osprey.local.gpu to cpu, choose a smaller " +
          "osprey.local.contextSize or another model, or see the log; then try again."
        : undefined,
    forget() {
      times = []
      isStopped = false
    },
  }
}
