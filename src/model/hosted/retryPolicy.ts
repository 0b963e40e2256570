// Whether and when to try a request again. Pure but for the clock it is given; knows no network and no model.
import { setTimeout as delay } from "node:timers/promises"
import type { HostedFailure } from "./hostedError.ts"

/** Time and chance, so that tests hold them. */
export type Clock = {
  /** Milliseconds since the epoch; jumps when the computer's clock is set. */
  now(): number
  /** Milliseconds since any moment; only ever goes forward. For durations. */
  ticks(): number
  /** 0 … 1. */
  random(): number
  /** Ends early and quietly when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  random: () => Math.random(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
}

/** The first try included. */
export const maxTries = 3

/** Seconds. A server that asks for more is not waited for; the user is told instead. */
export const longestWait = 60

const [firstCap, lastCap] = [1000, 20_000]

/**
 * Milliseconds to wait before the next try, or undefined: give up. `tries` have been made. Without a word from the
 * server "full jitter": anything up to a limit that doubles from 1 to 20 s.
 */
export function retryDelay(failure: HostedFailure, tries: number, random: () => number): number | undefined {
  if (!failure.mayRetry || tries >= maxTries) return undefined
  const asked = failure.error.detail.retryAfter
  if (asked !== undefined) return asked <= longestWait ? asked * 1000 : undefined
  return Math.round(random() * Math.min(lastCap, firstCap * 2 ** (tries - 1)))
}
