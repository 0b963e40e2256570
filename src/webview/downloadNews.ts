// What a screen reader hears of a download: its beginning and end, each quarter, and what needs the user. Figures come
// often; they are read on the progress bar when it is asked for.
import type { ModelDownload } from "../protocol/modelDownload.ts"
import type { Announcement } from "./announcements.ts"

export function downloadNews(
  before: ModelDownload | undefined,
  after: ModelDownload | undefined,
): readonly Announcement[] {
  if (after === undefined) return before === undefined || isOver(before) ? [] : [status("Download cancelled")]
  const { label, phase } = after
  const isNew = before?.phase.kind !== phase.kind
  if (phase.kind === "failed")
    return isNew ? [{ region: "alert", text: `${phase.title}. ${phase.sentence}` }] : []
  if (before === undefined) return phase.kind === "paused" ? [] : [status(`Downloading ${label}`)]
  if (isNew && phase.kind === "ready") return [status(`${label} is ready`)]
  if (isNew && phase.kind === "checking") return [status("Checking the file")]
  if (isNew && phase.kind === "paused") return [status("Download paused")]
  if (isNew && before.phase.kind === "paused") return [status("Download goes on")]
  const [then, now] = [quarters(before), quarters(after)]
  return phase.kind === "running" && now > then && now < 4 ? [status(`${now * 25} percent of ${label}`)] : []
}

function quarters({ bytes, total }: ModelDownload): number {
  return total === 0 ? 0 : Math.floor((bytes / total) * 4)
}

function isOver({ phase }: ModelDownload): boolean {
  return phase.kind === "ready" || phase.kind === "failed"
}

function status(text: string): Announcement {
  return { region: "status", text }
}
