// What a model on this computer may do on the power it has: the setting and the power source in, a policy out. As
// data, so that each part reads the one line that concerns it.

/** The setting osprey.local.onBattery. */
export type OnBattery = "save" | "manual" | "full"

export type PowerPolicy = {
  /** Something is held back because the computer runs on battery. */
  readonly saves: boolean
  /** Work that nobody waits for: prompts read ahead, speed measured. */
  readonly worksAhead: boolean
  /** Whether ghost text comes by itself; asked for, it always comes. */
  readonly ghostText: "automatic" | "onRequest"
  /** Milliseconds that typing must rest, at least, before ghost text is asked for by itself. */
  readonly pauseMs: number
  /** Minutes without a request after which the model gives its memory back, at most. */
  readonly mostIdleMinutes: number
}

export const onMains: PowerPolicy = {
  saves: false,
  worksAhead: true,
  ghostText: "automatic",
  pauseMs: 0,
  mostIdleMinutes: Number.POSITIVE_INFINITY,
}

/** As long as before an endpoint that can only chat is asked: only a pause in typing outlasts it. */
const saving: PowerPolicy = {
  saves: true,
  worksAhead: false,
  ghostText: "automatic",
  pauseMs: 600,
  mostIdleMinutes: 5,
}

const policies: Readonly<Record<OnBattery, PowerPolicy>> = {
  save: saving,
  manual: { ...saving, ghostText: "onRequest" },
  full: onMains,
}

export function powerPolicy(setting: OnBattery, onBattery: boolean): PowerPolicy {
  return onBattery ? policies[setting] : onMains
}

/** Milliseconds, from the user's minutes; 0 is never, for both. */
export function idleTime(minutes: number, { mostIdleMinutes }: PowerPolicy): number {
  const wanted = minutes === 0 ? Number.POSITIVE_INFINITY : minutes
  const allowed = Math.min(wanted, mostIdleMinutes)
  return Number.isFinite(allowed) ? allowed * 60_000 : 0
}
