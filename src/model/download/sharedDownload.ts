// The downloads into one folder as a person sees them, in however many windows: one runs, the others show it; what was
// begun stays until it is finished or cancelled. Starts nothing by itself.
import { existsSync } from "node:fs"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import type { DownloadPhase, ModelDownload } from "../../protocol/modelDownload.ts"
import { deleteDownload } from "./deleteDownload.ts"
import { type Disk, nodeDisk } from "./disk.ts"
import { type DownloadFault, faultOf } from "./downloadFault.ts"
import { type DownloadLimits, downloadLimits } from "./downloadLimits.ts"
import { type HeldLock, readLock, takeLock } from "./downloadLock.ts"
import { type DownloadOutcome, downloadModel } from "./downloadModel.ts"
import { downloadProgress } from "./downloadProgress.ts"
import { type DownloadSource, recordPath, sourceKey, unfinishedRecords } from "./downloadRecord.ts"
import { type FaultWords, faultWords } from "./faultWords.ts"
import { guardedDisk } from "./guardedDisk.ts"
import type { RemoteFile } from "./hubListing.ts"
import { onceFree } from "./onceFree.ts"
import type { ToldDownload } from "./parseStatus.ts"
import { sizeHere } from "./sizeHere.ts"
import { unfinishedDownload } from "./unfinishedDownload.ts"
import { watchDownload } from "./watchDownload.ts"

export type SharedDownload = {
  /** Undefined: none runs, none is unfinished, or its card was put away. */
  state(): ModelDownload | undefined
  /** Of the one that is shown. */
  source(): DownloadSource | undefined
  /** Shows what is unfinished from earlier as paused, or as running where another window is at it. */
  look(): Promise<void>
  /** What other windows did since: shows the one that runs; a paused one that is gone isn't shown any more. */
  lookAgain(): Promise<void>
  /** Begins it, goes on with it, or shows it where another window is at it. False: another one runs. */
  start(source: DownloadSource): boolean
  /** One of another window is asked for, and waited for a while. */
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
  /** Where a model of the catalogue is asked for. */
  readonly placeOf?: (source: DownloadSource) => string | undefined
  readonly list: (source: DownloadSource, signal: AbortSignal) => Promise<readonly RemoteFile[]>
  readonly onChange: () => void
  /** Instead of the one asked for, another window's is shown. */
  readonly onOther?: (running: string, asked: string) => void
  /** Once, in the window that brought it, which keeps the folder's lock until a promise of it ends; what it throws is a fault. */
  readonly onReady: (path: string) => unknown
  readonly onFault?: (fault: DownloadFault) => void
  /** Default: those for models. */
  readonly words?: (fault: DownloadFault) => FaultWords
  readonly disk?: Disk
  readonly limits?: DownloadLimits
  /** Milliseconds between beats of the own download, and between looks at another window's. */
  readonly beatMs?: number
}

type Wish = "pause" | "cancel"

/** Beats within which another window does what is asked of it. */
const patientBeats = 10

/** Of a file with no SHA-256 to hold it against. */
const uncheckedNote = "Its address tells no SHA-256, so its content couldn’t be checked."

export function sharedDownload(options: SharedDownloadOptions): SharedDownload {
  const { folder, onChange, disk = nodeDisk, limits = downloadLimits, beatMs = 1000 } = options
  const words = options.words ?? faultWords
  const lockFile = path.join(folder, "download.lock")
  const wishFile = path.join(folder, "download.wish")
  let shown: ModelDownload | undefined
  let source: DownloadSource | undefined
  /** Of what runs, here or in another window. */
  let running: string | undefined
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
      // It is in the log, and there was nowhere else to say it.
      .catch(() => {})
      .finally(() => {
        busy = undefined
      })
  }

  async function run(asked: DownloadSource): Promise<void> {
    source = asked
    running = sourceKey(asked)
    const label = options.labelOf(asked)
    show({ label, ...(await sizeHere(folder, asked)), phase: { kind: "starting" } })
    await mkdir(folder, { recursive: true })
    while (!stop.signal.aborted) {
      const lock = await takeLock({ file: lockFile, status, beatMs })
      if (lock !== undefined && !(await own(asked, label, lock))) return
      if (lock === undefined && !(await watch(asked))) return
    }
    await showUnfinished(undefined)
  }

  /** True: the lock was lost to another window. */
  async function own(asked: DownloadSource, label: string, lock: HeldLock): Promise<boolean> {
    isOwner = true
    running = sourceKey(asked)
    const mine = guardedDisk(disk, () => lock.isMine())
    await onceFree(() => rm(wishFile, { force: true }))
    const wishes = setInterval(() => void obey().catch(() => {}), beatMs)
    const progress = downloadProgress(label, await sizeHere(folder, asked), show)
    try {
      const place = options.placeOf?.(asked)
      const job = { source: asked, label, folder, disk: mine, limits, onStep: progress.add }
      const list = (signal: AbortSignal) => options.list(asked, signal)
      const outcome = await downloadModel(
        { ...job, list, ...(place !== undefined && { place }) },
        AbortSignal.any([stop.signal, lock.lost]),
      )
      progress.end()
      if (lock.lost.aborted) return !stop.signal.aborted
      await finish(asked, outcome, mine)
      return false
    } finally {
      progress.end()
      clearInterval(wishes)
      isOwner = false
      await lock.release()
    }
  }

  async function finish(asked: DownloadSource, outcome: DownloadOutcome, mine: Disk): Promise<void> {
    // It came to an end here: whoever asked twice for it has it, or hears why not.
    if (outcome.kind !== "stopped") wanted = undefined
    if (outcome.kind === "ready") {
      const total = shown?.total ?? 0
      const phase = { kind: "ready", ...(!outcome.isChecked && { figures: uncheckedNote }) } as const
      show({ label: options.labelOf(asked), bytes: total, total, phase })
      await options.onReady(outcome.path)
      return
    }
    if (outcome.kind === "failed") return fail(outcome.fault)
    if (wish !== "cancel") return showUnfinished(undefined)
    await deleteDownload(folder, asked, mine)
    source = undefined
    await showUnfinished(undefined)
  }

  async function fail(fault: DownloadFault): Promise<void> {
    options.onFault?.(fault)
    await showPhase({ kind: "failed", ...words(fault) })
  }

  async function showPhase(phase: DownloadPhase): Promise<void> {
    if (source === undefined) return
    show({ label: options.labelOf(source), ...(await sizeHere(folder, source)), phase })
  }

  /** What another window asks of this one. */
  async function obey(): Promise<void> {
    const asked = await readFile(wishFile, "utf8").catch(() => "")
    if (asked !== "pause" && asked !== "cancel") return
    wish = asked
    stop.abort()
    await rm(wishFile, { force: true })
  }

  /** Shows the window that has the lock. True: its owner died, and the user wants it here. */
  async function watch(asked?: DownloadSource): Promise<boolean> {
    let files: readonly string[] = []
    const showOther = async (other: ToldDownload) => {
      running = other.key
      if (asked !== undefined && wanted !== undefined && sourceKey(asked) !== other.key) {
        wanted = undefined
        options.onOther?.(other.shown.label, options.labelOf(asked))
      }
      const record = (await unfinishedRecords(folder)).find(each => sourceKey(each.source) === other.key)
      if (record !== undefined) files = record.files.map(({ name }) => path.join(folder, name))
      source = record?.source ?? source
      show(other.shown)
    }
    const ending = await watchDownload(lockFile, beatMs, showOther, stop.signal)
    if (ending.kind === "died" && wanted !== undefined) return true
    if (ending.kind === "stopped") return false
    const last = ending.kind === "ended" ? ending.last?.shown : undefined
    // Its last word may have been said between two looks.
    const isGone = source !== undefined && !existsSync(recordPath(folder, source))
    const isReady = isGone && files.length > 0 && files.every(existsSync)
    await showUnfinished(last && isReady ? { ...last, bytes: last.total, phase: { kind: "ready" } } : last)
    return false
  }

  /** What is on the disk: paused where something is unfinished, else what was said last if it was an end. */
  async function showUnfinished(last: ModelDownload | undefined): Promise<void> {
    if (last?.phase.kind === "ready" || last?.phase.kind === "failed") return show(last)
    const unfinished = await unfinishedDownload(folder, source)
    source = unfinished?.source
    if (unfinished === undefined) return show(undefined)
    const { bytes, total } = unfinished
    show({ label: options.labelOf(unfinished.source), bytes, total, phase: { kind: "paused" } })
  }

  async function end(next: Wish): Promise<void> {
    wanted = undefined
    const isHere = isOwner || busy === undefined
    if (isHere || (await readLock(lockFile)) === undefined) {
      wish = next
      stop.abort()
      await busy
      return
    }
    await writeFile(wishFile, next)
    await Promise.race([busy, wait(patientBeats * beatMs, undefined, { ref: false })])
  }

  /** False: nobody is at it. */
  async function lookAtOther(): Promise<boolean> {
    if (busy !== undefined) return true
    if ((await readLock(lockFile)) === undefined) return false
    begin(async () => {
      if ((await watch()) && wanted !== undefined) await run(wanted)
    })
    return true
  }

  function status(): ToldDownload | undefined {
    return shown === undefined || running === undefined ? undefined : { shown, key: running }
  }

  return {
    state: () => shown,
    source: () => source,
    async look() {
      if (!(await lookAtOther())) await showUnfinished(undefined)
    },
    async lookAgain() {
      const isPaused = shown?.phase.kind === "paused" && source !== undefined
      if ((await lookAtOther()) || !isPaused || source === undefined) return
      if (!existsSync(recordPath(folder, source))) await showUnfinished(undefined)
    },
    start(asked) {
      const goesOn = shown !== undefined && !/paused|failed/.test(shown.phase.kind)
      if (busy !== undefined && goesOn && running !== sourceKey(asked)) return false
      wanted = asked
      if (busy === undefined) begin(() => run(asked))
      // What is shown as ended may still be tidying up.
      else if (!goesOn)
        void busy.then(() => {
          if (busy === undefined && wanted === asked) begin(() => run(asked))
        })
      return true
    },
    pause: () => end("pause"),
    async cancel() {
      const unwanted = source
      await end("cancel")
      const isOver = busy === undefined && shown?.phase.kind !== "ready"
      // Whoever ran it has deleted it by now, unless it had come to an end of its own.
      if (!isOver || unwanted === undefined || source === undefined) return
      if (sourceKey(source) !== sourceKey(unwanted)) return
      const lock = await takeLock({ file: lockFile, status, beatMs })
      if (lock === undefined) return writeFile(wishFile, "cancel")
      const mine = guardedDisk(disk, () => lock.isMine())
      await deleteDownload(folder, unwanted, mine).finally(() => lock.release())
      source = undefined
      await showUnfinished(undefined)
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
