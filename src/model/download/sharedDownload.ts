// The downloads into one folder as a person sees them, in however many windows: one runs, the others show it; what was
// begun stays until it is finished or cancelled. Starts nothing by itself.
import { existsSync } from "node:fs"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import type { DownloadPhase, ModelDownload } from "../../protocol/modelDownload.ts"
import { type Disk, nodeDisk } from "./disk.ts"
import { type DownloadFault, faultOf } from "./downloadFault.ts"
import { type DownloadLimits, downloadLimits } from "./downloadLimits.ts"
import { type HeldLock, readLock, takeLock } from "./downloadLock.ts"
import { type DownloadOutcome, downloadModel, sizeHere } from "./downloadModel.ts"
import { downloadProgress } from "./downloadProgress.ts"
import {
  type DownloadSource,
  partPath,
  readRecord,
  recordPath,
  removeRecord,
  unfinishedRecords,
} from "./downloadRecord.ts"
import { faultWords } from "./faultWords.ts"
import type { RemoteFile } from "./hubListing.ts"
import { watchDownload } from "./watchDownload.ts"

export type SharedDownload = {
  /** Undefined: none runs, none is unfinished, or its card was put away. */
  state(): ModelDownload | undefined
  /** Of the one that is shown. */
  source(): DownloadSource | undefined
  /** Shows what is unfinished from earlier as paused, or as running where another window is at it. */
  look(): Promise<void>
  /** Begins it, goes on with it, or shows it where another window is at it. Nothing while one runs. */
  start(source: DownloadSource): void
  pause(): Promise<void>
  /** Deletes what is here of it. */
  cancel(): Promise<void>
  /** Puts the card of a finished or failed one away. */
  close(): void
  /** As `pause`, here only. */
  dispose(): Promise<void>
}

export type SharedDownloadOptions = {
  readonly folder: string
  readonly labelOf: (source: DownloadSource) => string
  readonly list: (source: DownloadSource, signal: AbortSignal) => Promise<readonly RemoteFile[]>
  readonly onChange: () => void
  /** Once, in the window that brought it. */
  readonly onReady: (path: string) => void
  readonly onFault?: (fault: DownloadFault) => void
  readonly disk?: Disk
  readonly limits?: DownloadLimits
  /** Milliseconds between beats of the own download, and between looks at another window's. */
  readonly beatMs?: number
}

type Wish = "pause" | "cancel"

export function sharedDownload(options: SharedDownloadOptions): SharedDownload {
  const { folder, onChange, disk = nodeDisk, limits = downloadLimits, beatMs = 1000 } = options
  const lockFile = path.join(folder, "download.lock")
  const wishFile = path.join(folder, "download.wish")
  let shown: ModelDownload | undefined
  let source: DownloadSource | undefined
  let isOwner = false
  /** The user wants this one here: when the window that runs it dies, this one goes on. */
  let wanted: DownloadSource | undefined
  let wish: Wish | undefined
  let stop = new AbortController()
  let busy: Promise<void> | undefined

  function show(next: ModelDownload | undefined): void {
    shown = next
    onChange()
  }

  function begin(work: () => Promise<void>): void {
    stop = new AbortController()
    wish = undefined
    busy = work()
      .catch(error => fail(faultOf(error)))
      .finally(() => {
        busy = undefined
      })
  }

  async function run(asked: DownloadSource): Promise<void> {
    source = asked
    const label = options.labelOf(asked)
    show({ label, ...(await sizeHere(folder, asked)), phase: { kind: "starting" } })
    await mkdir(folder, { recursive: true })
    while (!stop.signal.aborted) {
      const lock = await takeLock({ file: lockFile, status: () => shown, beatMs })
      if (lock !== undefined && !(await own(asked, label, lock))) return
      if (lock === undefined && !(await watch())) return
    }
    await showUnfinished(undefined)
  }

  /** True: the lock was lost to another window. */
  async function own(asked: DownloadSource, label: string, lock: HeldLock): Promise<boolean> {
    isOwner = true
    await rm(wishFile, { force: true })
    const wishes = setInterval(() => void obey(), beatMs)
    const progress = downloadProgress(label, await sizeHere(folder, asked), show)
    try {
      const job = { source: asked, label, folder, disk, limits, onStep: progress.add }
      const list = (signal: AbortSignal) => options.list(asked, signal)
      const outcome = await downloadModel({ ...job, list }, AbortSignal.any([stop.signal, lock.lost]))
      progress.end()
      if (lock.lost.aborted) return !stop.signal.aborted
      await finish(asked, outcome)
      return false
    } finally {
      progress.end()
      clearInterval(wishes)
      isOwner = false
      await lock.release()
    }
  }

  async function finish(asked: DownloadSource, outcome: DownloadOutcome): Promise<void> {
    if (outcome.kind === "ready") {
      const total = shown?.total ?? 0
      show({ label: options.labelOf(asked), bytes: total, total, phase: { kind: "ready" } })
      return options.onReady(outcome.path)
    }
    if (outcome.kind === "failed") return fail(outcome.fault)
    if (wish !== "cancel") return showUnfinished(undefined)
    await deleteFiles(asked)
    source = undefined
    show(undefined)
  }

  async function fail(fault: DownloadFault): Promise<void> {
    options.onFault?.(fault)
    await showPhase({ kind: "failed", ...faultWords(fault) })
  }

  async function showPhase(phase: DownloadPhase): Promise<void> {
    if (source === undefined) return
    show({ label: options.labelOf(source), ...(await sizeHere(folder, source)), phase })
  }

  /** What another window asks of this one. */
  async function obey(): Promise<void> {
    const asked = await readFile(wishFile, "utf8").catch(() => "")
    if (asked !== "pause" && asked !== "cancel") return
    await rm(wishFile, { force: true })
    wish = asked
    stop.abort()
  }

  /** Shows the window that has the lock. True: its owner died, and the user wants it here. */
  async function watch(): Promise<boolean> {
    let files: readonly string[] = []
    const showOther = (other: ModelDownload) => {
      show(other)
      void unfinishedRecords(folder).then(([record]) => {
        if (record !== undefined) files = record.files.map(({ name }) => path.join(folder, name))
      })
    }
    const ending = await watchDownload(lockFile, beatMs, showOther, stop.signal)
    if (ending.kind === "died" && wanted !== undefined) return true
    if (ending.kind === "stopped") return false
    const last = ending.kind === "ended" ? ending.last : undefined
    // Its last word may have been said between two looks.
    const isReady =
      files.length > 0 && files.every(existsSync) && (await unfinishedRecords(folder)).length === 0
    await showUnfinished(last && isReady ? { ...last, bytes: last.total, phase: { kind: "ready" } } : last)
    return false
  }

  /** What is on the disk: paused where something is unfinished, else what was said last if it was an end. */
  async function showUnfinished(last: ModelDownload | undefined): Promise<void> {
    const records = await unfinishedRecords(folder)
    const sizes = await Promise.all(records.map(each => sizeHere(folder, each.source)))
    const most = sizes.reduce((best, { bytes }, at) => (bytes > (sizes[best]?.bytes ?? 0) ? at : best), 0)
    const same = records.findIndex(each => JSON.stringify(each.source) === JSON.stringify(source))
    const at = same < 0 ? most : same
    const [record, size] = [records[at], sizes[at]]
    const isEnd = last?.phase.kind === "ready" || last?.phase.kind === "failed"
    source = record?.source ?? (isEnd ? source : undefined)
    if (isEnd) return show(last)
    if (record === undefined || size === undefined) return show(undefined)
    show({ label: options.labelOf(record.source), ...size, phase: { kind: "paused" } })
  }

  async function deleteFiles(unwanted: DownloadSource): Promise<void> {
    const record = await readRecord(recordPath(folder, unwanted))
    for (const { name, isDone, wasThere } of record?.files ?? []) {
      await rm(partPath(folder, name), { force: true })
      // Parts of a model that is given up; the record says that they came with it.
      if (isDone === true && wasThere !== true) await rm(path.join(folder, name), { force: true })
    }
    await removeRecord(folder, unwanted)
  }

  async function end(next: Wish): Promise<void> {
    wanted = undefined
    const isHere = isOwner || busy === undefined
    if (!isHere && (await readLock(lockFile)) !== undefined) return writeFile(wishFile, next)
    wish = next
    stop.abort()
    await busy
  }

  return {
    state: () => shown,
    source: () => source,
    async look() {
      if (busy !== undefined) return
      if ((await readLock(lockFile)) === undefined) return showUnfinished(undefined)
      begin(async () => {
        source = (await unfinishedRecords(folder))[0]?.source
        if ((await watch()) && wanted !== undefined) await run(wanted)
      })
    },
    start(asked) {
      wanted = asked
      const goesOn = shown !== undefined && !/paused|failed/.test(shown.phase.kind)
      if (busy === undefined) begin(() => run(asked))
      // What is shown as ended may still be tidying up.
      else if (!goesOn)
        void busy.then(() => {
          if (busy === undefined && wanted === asked) begin(() => run(asked))
        })
    },
    pause: () => end("pause"),
    async cancel() {
      const unwanted = source
      const wasOwner = isOwner
      await end("cancel")
      if (unwanted === undefined || wasOwner || busy !== undefined) return
      const lock = await takeLock({ file: lockFile, status: () => shown, beatMs })
      if (lock === undefined) return writeFile(wishFile, "cancel")
      await deleteFiles(unwanted).finally(() => lock.release())
      source = undefined
      show(undefined)
    },
    close() {
      if (shown?.phase.kind === "ready" || shown?.phase.kind === "failed") show(undefined)
    },
    async dispose() {
      wanted = undefined
      stop.abort()
      await busy
    },
  }
}
