// A download in the few words of a status bar, a tooltip or a menu's title. Pure.
import type { ModelDownload } from "../protocol/modelDownload.ts"

export type DownloadLine = {
  /** "$(osprey-mark) 40 %" */
  readonly text: string
  /** "gpt-oss-20b: 4.8 of 12.1 GB, 38 MB/s, 3 min left" */
  readonly says: string
  /** Something only the user can do. */
  readonly needsUser: boolean
}

export function downloadLine({ label, bytes, total, phase }: ModelDownload): DownloadLine {
  const share = total === 0 ? 0 : Math.floor((bytes / total) * 100)
  const amount = amountWords(bytes, total)
  const line = (text: string, says: string, needsUser = false) => ({
    text,
    says: `${label}: ${says}`,
    needsUser,
  })
  switch (phase.kind) {
    case "starting":
      return line("$(osprey-mark) Downloading…", "the download begins")
    case "running":
      return line(`$(osprey-mark) ${share} %`, [amount, ...paceWords(phase)].join(", "))
    case "waiting":
      return line(`$(osprey-mark) ${share} %, waiting`, `${amount}, waiting for the connection`)
    case "paused":
      return line(`$(debug-pause) ${share} %`, `paused at ${amount}`)
    case "checking":
      return line("$(osprey-mark) Checking…", `checking the file, ${Math.floor(phase.fraction * 100)} %`)
    case "failed":
      return line("$(warning) Download", `${phase.title}. ${phase.sentence}`, true)
    case "ready":
      return line("$(pass) Downloaded", "downloaded and ready")
  }
}

/** "4.8 of 12.1 GB"; what is small in MB. */
export function amountWords(bytes: number, total: number): string {
  if (total === 0) return "nothing yet"
  return total < 1e9
    ? `${megabytes(bytes)} of ${megabytes(total)} MB`
    : `${gigabytes(bytes)} of ${gigabytes(total)} GB`
}

/** "143" */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

export function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1)
}

function paceWords(pace: {
  readonly bytesPerSecond?: number
  readonly secondsLeft?: number
}): readonly string[] {
  const { bytesPerSecond, secondsLeft } = pace
  return [
    ...(bytesPerSecond === undefined ? [] : [`${speedWords(bytesPerSecond)}`]),
    ...(secondsLeft === undefined ? [] : [`${leftWords(secondsLeft)} left`]),
  ]
}

function speedWords(bytesPerSecond: number): string {
  const value = bytesPerSecond / 1e6
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} MB/s`
}

function leftWords(seconds: number): string {
  if (seconds < 60) return "less than a minute"
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
