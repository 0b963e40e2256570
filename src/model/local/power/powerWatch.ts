// The policy for the power that the computer runs on, kept up to date while somebody asks for it: at most once a
// minute the system is asked, in the background. Does nothing before the first question, and has no clock of its own.
import { type OnBattery, type PowerPolicy, powerPolicy } from "./powerPolicy.ts"
import { runsOnBattery } from "./runsOnBattery.ts"

export type PowerWatch = {
  /** As last known; asks nothing. For showing. */
  known(): PowerPolicy
  /** As last known, at once; asks anew behind it when that is old. */
  policy(): PowerPolicy
  /** Waits for the answer when what is known is old. For work that nobody waits for. */
  settled(): Promise<PowerPolicy>
  /** Told when the computer was plugged in or out. */
  onChange(listener: () => void): { dispose(): void }
  dispose(): void
}

export type PowerWatchOptions = {
  readonly setting: () => OnBattery
  /** May reject: then the computer counts as plugged in. */
  readonly read?: (signal: AbortSignal) => Promise<boolean>
  /** Milliseconds. */
  readonly now?: () => number
  /** Milliseconds that an answer may take. Default: what PowerShell needs on a busy computer. */
  readonly patience?: number
}

/** Milliseconds for which an answer holds. */
const freshFor = 60_000

export function powerWatch({
  setting,
  read = runsOnBattery,
  now = () => performance.now(),
  patience = 10_000,
}: PowerWatchOptions): PowerWatch {
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  let onBattery = false
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  async function ask(): Promise<void> {
    askedAt = now()
    const found = await answer()
    asking = undefined
    if (found === onBattery || closing.signal.aborted) return
    onBattery = found
    for (const listener of listeners) listener()
  }

  /** Within the patience, also where the reading itself doesn't heed its signal. */
  async function answer(): Promise<boolean> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(patience)])
    const { promise: ended, resolve } = Promise.withResolvers<boolean>()
    signal.addEventListener("abort", () => resolve(false), { once: true })
    const found = async () => {
      try {
        return await read(signal)
      } catch {
        return false
      }
    }
    return Promise.race([found(), ended])
  }

  /** With "full" the answer would change nothing. */
  function refresh(): Promise<void> | undefined {
    if (closing.signal.aborted || setting() === "full") return undefined
    if (asking === undefined && now() - askedAt >= freshFor) asking = ask()
    return asking
  }

  const known = () => powerPolicy(setting(), onBattery)
  return {
    known,
    policy() {
      void refresh()
      return known()
    },
    async settled() {
      await refresh()
      return known()
    },
    onChange(listener) {
      listeners.add(listener)
      return { dispose: () => listeners.delete(listener) }
    },
    dispose: () => closing.abort(),
  }
}
