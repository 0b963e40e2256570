// Adding and removing llama.cpp's CUDA build on the host's side: asks, downloads, unpacks, looks whether it works, and
// says so. Knows neither the window nor how bytes travel.
import { existsSync } from "node:fs"
import { mkdir, rm } from "node:fs/promises"
import path from "node:path"
import type { Logger } from "../base/logger.ts"
import { cudaFaultWords } from "../model/download/cudaFaultWords.ts"
import {
  type CudaPackage,
  cudaArchiveName,
  cudaArchiveUrl,
  cudaPackage,
  cudaPrograms,
  registry,
  unpackLimits,
} from "../model/download/cudaPackages.ts"
import { type Disk, nodeDisk } from "../model/download/disk.ts"
import { DownloadError, faultOf } from "../model/download/downloadFault.ts"
import { type DownloadLimits, downloadLimits } from "../model/download/downloadLimits.ts"
import { hostOf } from "../model/download/openUrl.ts"
import { roomNeeded } from "../model/download/roomNeeded.ts"
import { settle } from "../model/download/settle.ts"
import { sharedDownload } from "../model/download/sharedDownload.ts"
import { unpackPrograms } from "../model/download/unpackPrograms.ts"
import type { CudaLibraries } from "../model/local/cudaLibraries.ts"
import { cudaProgramsIn, cudaState, otherVersions } from "../model/local/cudaPrograms.ts"
import type { ModelDownload } from "../protocol/modelDownload.ts"
import type { GpuChoice } from "../protocol/runtimeProtocol.ts"
import {
  cudaImpossible,
  cudaInUse,
  cudaNotHere,
  cudaOffer,
  cudaOutcome,
  cudaRemoval,
  cudaRemoved,
  cudaUnpacking,
  type FoundCard,
} from "./cudaWords.ts"
import type { Dialogue, Row } from "./dialogue.ts"
import { type DownloadLine, downloadLine } from "./downloadWords.ts"
import { faultCode } from "./faultCode.ts"

export type CudaSupport = {
  /** Asks first. Once it is here: looks again whether it works, and says so. */
  add(): Promise<void>
  remove(): Promise<void>
  /** Shows what is unfinished from earlier; starts nothing. */
  look(): Promise<void>
  /** Shows what other windows did since. */
  lookAgain(): Promise<void>
  dispose(): Promise<void>
}

export type CudaOptions = {
  /** Of all versions, for all windows. */
  readonly folder: string
  /** VS Code's name: "linux-x64". */
  readonly platform: string
  readonly libraries: () => CudaLibraries
  /** What the user lets compute. */
  readonly setting: () => GpuChoice
  /** Models are loaded anew with what is there by now, after what they do. The graphics cards that are found with it. */
  readonly renew: () => Promise<readonly FoundCard[]>
  /** Models are taken out of memory. */
  readonly release: () => Promise<void>
  readonly log: Logger
}

type CudaSurface = {
  readonly dialogue: Dialogue
  /** Good news. */
  readonly tell: (sentence: string) => void
  /** Null: there is nothing to show. */
  readonly show: (line: DownloadLine | null) => void
}

/** Other ones for tests. */
type CudaSource = {
  readonly pack?: CudaPackage
  readonly base?: string
  readonly limits?: DownloadLimits
  readonly beatMs?: number
  readonly disk?: Disk
}

const label = "CUDA support"
const unpackingLine = { text: "$(osprey-mark) Unpacking…", says: `${label}: unpacking`, needsUser: false }

export function cudaSupport(options: CudaOptions & CudaSurface & CudaSource): CudaSupport {
  const { folder, platform, dialogue, tell, log, base = registry, limits = downloadLimits } = options
  const { pack = cudaPackage(platform), disk = nodeDisk } = options
  const source = { kind: "catalogue", id: `cuda-${pack?.version ?? ""}` } as const
  const ended = new AbortController()
  let isUnpacking = false

  const shared = sharedDownload({
    ...{ folder, limits, disk, words: cudaFaultWords },
    labelOf: () => label,
    list: async () => (pack === undefined ? [] : [await archiveOf(pack)]),
    onChange: show,
    onReady: install,
    onFault: fault => log.warn(`The download of CUDA support stopped: ${faultCode(fault)}`),
    ...(options.beatMs !== undefined && { beatMs: options.beatMs }),
  })

  async function archiveOf(wanted: CudaPackage) {
    const { bytes, sha256, unpacked } = wanted
    const needed = roomNeeded(bytes + unpacked)
    const free = await disk.freeBytes(folder)
    if (free !== undefined && free < needed) throw new DownloadError({ kind: "noSpace", free, needed })
    return { name: cudaArchiveName(wanted), url: cudaArchiveUrl(wanted, base), bytes, sha256 }
  }

  function show(): void {
    const state = shared.state()
    // What is ready is being unpacked, here or in another window.
    const line = state === undefined || state.phase.kind === "ready" ? null : downloadLine(state)
    options.show(isUnpacking ? unpackingLine : line)
  }

  /** Behind the folder's lock. */
  async function install(archive: string): Promise<void> {
    if (pack === undefined) return
    const programs = cudaProgramsIn(folder, pack.version)
    const job = { archive, from: cudaPrograms(pack), to: path.join(programs, pack.build), disk }
    isUnpacking = true
    show()
    try {
      await mkdir(programs, { recursive: true })
      await unpackPrograms({ ...job, limits: unpackLimits(pack), host: hostOf(base) }, ended.signal)
      await rm(archive, { force: true })
      // One that another window still computes with can't be deleted on Windows; the next download tries again.
      for (const old of otherVersions(folder)) await deleteFolder(path.join(folder, old)).catch(() => {})
      shared.close()
    } catch (error) {
      if (ended.signal.aborted) return
      if (error instanceof DownloadError) await rm(archive, { force: true })
      throw error
    } finally {
      isUnpacking = false
      show()
    }
    void check()
  }

  async function check(): Promise<void> {
    try {
      tell(cudaOutcome(await options.renew(), options.libraries(), options.setting()))
    } catch (error) {
      log.error(`CUDA could not be looked for: ${error instanceof Error ? error.name : "unknown"}`)
    }
  }

  async function unfinished(): Promise<ModelDownload | undefined> {
    if (shared.state() === undefined) await shared.look()
    return shared.state()
  }

  async function add(): Promise<void> {
    if (pack === undefined) return dialogue.tell(cudaImpossible(platform))
    const state = await unfinished()
    if (isUnpacking) return dialogue.tell(cudaUnpacking)
    if (state !== undefined && state.phase.kind !== "ready") return menu(state)
    if (cudaState(folder, platform).kind === "here") return check()
    const { sentence, detail } = cudaOffer(
      { archive: pack.bytes, unpacked: pack.unpacked },
      options.libraries(),
    )
    const download = "Download"
    const isHere = existsSync(path.join(folder, cudaArchiveName(pack)))
    if (isHere || (await dialogue.decide(sentence, detail, [download])) === download) shared.start(source)
  }

  async function menu(state: ModelDownload): Promise<void> {
    const answer = await dialogue.pick<Deed>({
      title: `Download of ${label}`,
      placeholder: downloadLine(state).says,
      rows: rowsFor(state),
    })
    if (answer === "go on") shared.start(source)
    else if (answer === "pause") await shared.pause()
    else if (answer === "cancel") await shared.cancel()
  }

  async function remove(): Promise<void> {
    const state = await unfinished()
    if (isUnpacking) return dialogue.tell(cudaUnpacking)
    const isHere = cudaState(folder, platform).kind === "here" || otherVersions(folder).length > 0
    if (!isHere && state === undefined) return dialogue.tell(cudaNotHere)
    const yes = "Remove"
    if ((await dialogue.decide(cudaRemoval.sentence, cudaRemoval.detail, [yes])) !== yes) return
    if (state !== undefined) await shared.cancel()
    await options.release()
    const names = [...otherVersions(folder), ...(pack === undefined ? [] : [pack.version])]
    try {
      for (const name of names) await deleteFolder(path.join(folder, name))
      tell(cudaRemoved)
    } catch (error) {
      log.warn(`CUDA support could not be removed: ${faultCode(faultOf(error))}`)
      dialogue.tell(cudaInUse)
    }
  }

  return {
    add,
    remove,
    look: () => shared.look(),
    lookAgain: () => shared.lookAgain(),
    async dispose() {
      ended.abort()
      await shared.dispose()
    },
  }
}

type Deed = "go on" | "pause" | "cancel"

function rowsFor({ phase }: ModelDownload): readonly Row<Deed>[] {
  const isStopped = phase.kind === "paused" || phase.kind === "failed"
  return [
    isStopped
      ? { label: "Resume", icon: "play", value: "go on" }
      : { label: "Pause", icon: "debug-pause", value: "pause" },
    { label: "Cancel", icon: "close", value: "cancel" },
  ]
}

/** Whole or not at all, to whoever looks for its name. */
async function deleteFolder(folder: string): Promise<void> {
  const doomed = `${folder}.removed`
  await rm(doomed, { recursive: true, force: true })
  if (existsSync(folder)) await settle(folder, doomed, nodeDisk)
  await rm(doomed, { recursive: true, force: true })
}
