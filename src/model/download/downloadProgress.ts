// A download's steps → what is shown of it, with rate and time left, at most four times a second and never without the
// last one.
import type { DownloadPhase, ModelDownload } from "../../protocol/modelDownload.ts"
import type { DownloadStep } from "./downloadModel.ts"
import { rateMeter } from "./rateMeter.ts"

export type DownloadProgress = {
  add(step: DownloadStep): void
  /** Nothing is shown any more. */
  end(): void
}

/** Milliseconds between two that only differ in figures. */
const leastMs = 250

/** A new phase is shown at once. `size` is what was known before the first step. */
export function downloadProgress(
  label: string,
  size: { readonly bytes: number; readonly total: number },
  show: (shown: ModelDownload) => void,
  now: () => number = () => performance.now(),
): DownloadProgress {
  const meter = rateMeter()
  let { bytes, total } = size
  let shownKind = ""
  let shownAt = 0
  let last: DownloadStep | undefined
  let later: NodeJS.Timeout | undefined

  function showLast(): void {
    clearTimeout(later)
    later = undefined
    if (last === undefined) return
    shownKind = last.kind
    shownAt = now()
    show({ label, bytes, total, phase: phaseOf(last) })
  }

  function phaseOf(step: DownloadStep): DownloadPhase {
    switch (step.kind) {
      case "listing":
        return { kind: "starting" }
      case "waiting":
        return { kind: "waiting" }
      case "checking":
        return { kind: "checking", fraction: step.total === 0 ? 0 : Math.min(1, step.bytes / step.total) }
      case "running": {
        const bytesPerSecond = meter.perSecond()
        if (bytesPerSecond === undefined || bytesPerSecond === 0) return { kind: "running" }
        return { kind: "running", bytesPerSecond, secondsLeft: (total - bytes) / bytesPerSecond }
      }
    }
  }

  return {
    add(step) {
      last = step
      if (step.kind === "running" || step.kind === "waiting") ({ bytes, total } = step)
      if (step.kind === "running") meter.add(bytes, now())
      const wait = leastMs - (now() - shownAt)
      if (step.kind !== shownKind || wait <= 0) showLast()
      else later ??= setTimeout(showLast, wait)
    },
    end() {
      last = undefined
      clearTimeout(later)
    },
  }
}
