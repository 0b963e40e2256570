// Waits until nobody has needed something for long enough. How long that is may change while it waits: a laptop is
// unplugged, say.

export type IdleTimer = {
  /** From now on nobody needs it. */
  start(): void
  /** Somebody does, or it is gone. */
  stop(): void
}

export type IdleTimerOptions = {
  /** Milliseconds, asked at the start and once a minute; 0: no end. Undefined: it is gone, stop. */
  readonly limit: () => number | undefined
  readonly onIdle: () => void
  /** Milliseconds. */
  readonly now?: () => number
}

/** Milliseconds. */
const lookAgain = 60_000

export function idleTimer({ limit, onIdle, now = () => performance.now() }: IdleTimerOptions): IdleTimer {
  let timer: ReturnType<typeof setTimeout> | undefined

  function look(since: number): void {
    const most = limit()
    if (most === undefined) return
    const left = most === 0 ? Number.POSITIVE_INFINITY : since + most - now()
    if (left <= 0) {
      onIdle()
      return
    }
    timer = setTimeout(() => look(since), Math.min(left, lookAgain))
    timer.unref()
  }

  return {
    start() {
      clearTimeout(timer)
      look(now())
    },
    stop: () => clearTimeout(timer),
  }
}
