// A model's download in every state that the page draws, once.
import type { HostToView } from "../../src/protocol/chatProtocol.ts"
import type { DownloadPhase } from "../../src/protocol/modelDownload.ts"

const total = 12_109_566_560

export function downloadOf(phase: DownloadPhase, bytes = 4.8e9, all = total): HostToView {
  return { type: "download", download: { label: "gpt-oss-20b", bytes, total: all, phase } }
}

export const noDownload: HostToView = { type: "download", download: null }

export const running = { kind: "running", bytesPerSecond: 38e6, secondsLeft: 178 } as const

/** Over the welcome page. */
export const downloads: Readonly<Record<string, HostToView>> = {
  downloadStarting: downloadOf({ kind: "starting" }, 0, 0),
  downloadRunning: downloadOf(running),
  downloadRunningFirst: downloadOf({ kind: "running" }, 0),
  downloadWaiting: downloadOf({ kind: "waiting" }),
  downloadPaused: downloadOf({ kind: "paused" }),
  downloadChecking: downloadOf({ kind: "checking", fraction: 0.719 }, total),
  downloadFailed: downloadOf({
    kind: "failed",
    title: "Not enough disk space",
    sentence:
      "2.1 GB are free and 7.3 GB are still needed. What was downloaded stays, so free some space and resume.",
    remedies: ["resumeDownload", "downloadElsewhere"],
  }),
  downloadRefused: downloadOf({
    kind: "failed",
    title: "a-rather-long-name-of-a-mirror.example.org has another file",
    sentence:
      "It isn’t the model that Osprey knows by its SHA-256, so nothing was downloaded. Use another address.",
    remedies: ["downloadFromAddress", "chooseFile"],
  }),
}

/** Over a page whose model is chosen. */
export const readyDownload = downloadOf(
  {
    kind: "ready",
    figures: "Measured on this computer: 13 tokens/s, 0.9 s to first token, 16k context.",
  },
  total,
)
