// A model's download as page and status bar show it, as data: how far it is, and what there is to say or do. Knows
// neither where it comes from nor where it goes.

export type ModelDownload = {
  /** e.g. "gpt-oss-20b" */
  readonly label: string
  /** Bytes that are here, and of all of it; `total` is 0 until the hub has said. */
  readonly bytes: number
  readonly total: number
  readonly phase: DownloadPhase
}

export type DownloadPhase =
  /** The hub is asked which files there are. */
  | { readonly kind: "starting" }
  | {
      readonly kind: "running"
      /** Missing until they can be told. */
      readonly bytesPerSecond?: number
      readonly secondsLeft?: number
    }
  /** No connection for now; tried again by itself. */
  | { readonly kind: "waiting" }
  | { readonly kind: "paused" }
  /** `fraction` of a file is read for its SHA-256. */
  | { readonly kind: "checking"; readonly fraction: number }
  | {
      readonly kind: "failed"
      readonly title: string
      readonly sentence: string
      /** The first is the one to press. */
      readonly remedies: readonly DownloadRemedy[]
    }
  /** Checked, in its place, and chosen. */
  | {
      readonly kind: "ready"
      /** What was measured with it on this computer, as a sentence. */
      readonly figures?: string
    }

/** The model that is offered to whoever has none, as it is told to people. */
export const offeredModel = { label: "gpt-oss-20b", size: "12.1 GB" } as const

export type DownloadRemedy = "resumeDownload" | "downloadElsewhere" | "downloadFromAddress" | "chooseFile"

/** What a person can do about downloads, on the page or elsewhere. `cancelDownload` deletes what is here. */
export const downloadActions = [
  "downloadModel",
  "pauseDownload",
  "resumeDownload",
  "cancelDownload",
  "downloadElsewhere",
  "downloadFromAddress",
  "closeDownload",
] as const

export type DownloadAction = (typeof downloadActions)[number]
