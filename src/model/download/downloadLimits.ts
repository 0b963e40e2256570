// How patient a download is. One set for people, other ones for tests.

export type DownloadLimits = {
  /** Milliseconds until an answer begins. */
  readonly firstByteMs: number
  /** Milliseconds over which at least `stallBytes` must come. */
  readonly stallMs: number
  readonly stallBytes: number
  /** Failed attempts in a row, none of which brought `progressBytes`. */
  readonly attempts: number
  readonly progressBytes: number
  /** Milliseconds before the second attempt; doubles up to `maxPauseMs`. */
  readonly pauseMs: number
  readonly maxPauseMs: number
}

/** Slower than 1 KB/s for half a minute is no connection; a minute and a half without any is the end. */
export const downloadLimits: DownloadLimits = {
  firstByteMs: 30_000,
  stallMs: 30_000,
  stallBytes: 30_000,
  attempts: 8,
  progressBytes: 1 << 20,
  pauseMs: 1000,
  maxPauseMs: 30_000,
}
