// How patient a download is. One set for people, other ones for tests.

export type DownloadLimits = {
  /** Milliseconds until an answer begins. */
  readonly firstByteMs: number
  /** Milliseconds over which at least `stallBytes` must come. */
  readonly stallMs: number
  readonly stallBytes: number
  /** Refusals in a row that may have been a mistake, none of which brought `progressBytes`. */
  readonly attempts: number
  /** The same of a server that is busy, or that answers and then breaks off. No answer at all counts for nothing. */
  readonly busyAttempts: number
  readonly progressBytes: number
  /** Milliseconds before the second attempt; doubles up to `maxPauseMs`. */
  readonly pauseMs: number
  readonly maxPauseMs: number
}

/**
 * Slower than 1 KB/s for half a minute is no connection, which is waited for without an end. A server may be busy for an
 * hour; what is refused for some two minutes is refused.
 */
export const downloadLimits: DownloadLimits = {
  firstByteMs: 30_000,
  stallMs: 30_000,
  stallBytes: 30_000,
  attempts: 8,
  busyAttempts: 60,
  progressBytes: 1 << 20,
  pauseMs: 1000,
  maxPauseMs: 60_000,
}
