// Whether a process still shows signs of life. Counts ticks without one, not seconds: after the computer slept, or
// while this process itself was busy, nobody is found silent. Doesn't know what a sign of life is.

export type Heartbeat = {
  /** Anything came from the process. */
  heard(): void
  stop(): void
}

export type HeartbeatOptions = {
  /** At every tick: ask the process for a sign of life. */
  readonly ask: () => void
  /** Called once, then there are no more ticks. */
  readonly onSilence: () => void
  /** Milliseconds. */
  readonly tickMs: number
}

/** Ticks in a row without a sign of life that are borne; the next one finds the process silent. */
export const silentTicks = 3

export function heartbeat({ ask, onSilence, tickMs }: HeartbeatOptions): Heartbeat {
  let unheard = 0
  const timer = setInterval(() => {
    if (unheard >= silentTicks) {
      clearInterval(timer)
      onSilence()
      return
    }
    unheard++
    ask()
  }, tickMs)
  timer.unref()
  return {
    heard: () => {
      unheard = 0
    },
    stop: () => clearInterval(timer),
  }
}
