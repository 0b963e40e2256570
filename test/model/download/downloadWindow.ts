// One VS Code window as far as downloads go, in the test's own process: waits for what it shows, remembers what it told.
import { type Disk, nodeDisk } from "../../../src/model/download/disk.ts"
import type { DownloadFault } from "../../../src/model/download/downloadFault.ts"
import { filesAt, modelFiles } from "../../../src/model/download/hubListing.ts"
import { type SharedDownload, sharedDownload } from "../../../src/model/download/sharedDownload.ts"
import type { DownloadPhase } from "../../../src/protocol/modelDownload.ts"
import { type DownloadTest, quickLimits } from "./downloadTest.ts"

export type DownloadWindow = SharedDownload & {
  readonly ready: string[]
  readonly faults: DownloadFault[]
  /** "running instead of asked" */
  readonly others: string[]
  /** Resolves when the state fits, at once if it does. */
  until(fits: (phase: DownloadPhase | undefined, bytes: number) => boolean): Promise<void>
}

export function downloadWindow(
  { hub, folder }: Pick<DownloadTest, "hub" | "folder">,
  disk: Disk = nodeDisk,
): DownloadWindow {
  const waiting = new Set<() => void>()
  const ready: string[] = []
  const faults: DownloadFault[] = []
  const others: string[] = []
  const download = sharedDownload({
    folder,
    labelOf: source => (source.kind === "url" ? source.url.replace(/^.*\//, "") : source.id),
    placeOf: source => (source.kind === "url" ? undefined : hub.base),
    list: (source, signal) =>
      source.kind === "url"
        ? filesAt(source.url, { signal, firstByteMs: 5000 })
        : modelFiles(hub.entry, { base: hub.base, isMirror: true }, { signal, firstByteMs: 5000 }),
    onChange: () => {
      for (const each of waiting) each()
    },
    onOther: (running, asked) => others.push(`${running} instead of ${asked}`),
    onReady: file => ready.push(file),
    onFault: fault => faults.push(fault),
    disk,
    limits: { ...quickLimits, stallMs: 60_000 },
    beatMs: 5,
  })
  return {
    ...download,
    ready,
    faults,
    others,
    until: fits =>
      new Promise(resolve => {
        const look = () => {
          const state = download.state()
          if (!fits(state?.phase, state?.bytes ?? 0)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

/** A condition for `until`. */
export function is(kind: DownloadPhase["kind"]): (phase: DownloadPhase | undefined) => boolean {
  return phase => phase?.kind === kind
}
