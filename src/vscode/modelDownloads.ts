// Downloads of models on the host's side: which one, into which folder, and what follows when it is there. Holds what
// page and status bar show; knows neither the window nor how bytes travel.
import path from "node:path"
import type { Logger } from "../base/logger.ts"
import { type CatalogueEntry, catalogue, hub } from "../model/download/catalogue.ts"
import type { DownloadFault } from "../model/download/downloadFault.ts"
import { type DownloadLimits, downloadLimits } from "../model/download/downloadLimits.ts"
import type { DownloadSource } from "../model/download/downloadRecord.ts"
import { filesAt, modelFiles, type RemoteFile } from "../model/download/hubListing.ts"
import { isSafeUrl } from "../model/download/openUrl.ts"
import { type SharedDownload, sharedDownload } from "../model/download/sharedDownload.ts"
import type { DownloadAction, ModelDownload } from "../protocol/modelDownload.ts"
import type { Dialogue, Row } from "./dialogue.ts"
import type { DownloadFolder } from "./downloadFolder.ts"
import { amountWords, gigabytes } from "./downloadWords.ts"

export type ModelDownloads = {
  /** Null: there is nothing to show. */
  state(): ModelDownload | null
  act(action: DownloadAction): Promise<void>
  /** Which model to download, or what to do about the one that is under way. */
  openMenu(): Promise<void>
  /** Shows what is unfinished from earlier; starts nothing. */
  look(): Promise<void>
  dispose(): Promise<void>
}

export type ModelDownloadsOptions = {
  readonly folder: DownloadFolder
  readonly dialogue: Dialogue
  readonly chooseFolder: () => Promise<string | undefined>
  /** Address of a mirror of the hub, "" for the hub itself. */
  readonly mirror: () => string
  /** Makes the file the chat's model. */
  readonly use: (path: string) => Promise<unknown>
  /** What was measured with the chat's model, as a sentence. */
  readonly figures?: () => string | undefined
  readonly onChange: (state: ModelDownload | null) => void
  readonly log: Logger
  readonly entries?: readonly CatalogueEntry[]
  readonly limits?: DownloadLimits
  readonly beatMs?: number
}

type MenuChoice = { readonly source: DownloadSource } | { readonly does: DownloadAction }

export function modelDownloads(options: ModelDownloadsOptions): ModelDownloads {
  const { dialogue, log, entries = catalogue, limits = downloadLimits } = options
  let shared = open()

  function open(): SharedDownload {
    return sharedDownload({
      folder: options.folder.get(),
      labelOf,
      list,
      limits,
      onChange: () => options.onChange(state()),
      onReady: file => void use(file),
      onFault: fault => log.warn(`The download stopped: ${technically(fault)}`),
      ...(options.beatMs !== undefined && { beatMs: options.beatMs }),
    })
  }

  function labelOf(source: DownloadSource): string {
    if (source.kind === "catalogue") return entries.find(({ id }) => id === source.id)?.label ?? source.id
    return path.posix.basename(new URL(source.url).pathname, ".gguf")
  }

  function list(source: DownloadSource, signal: AbortSignal): Promise<readonly RemoteFile[]> {
    const asking = { signal, firstByteMs: limits.firstByteMs }
    if (source.kind === "url") return filesAt(source.url, asking)
    const entry = entries.find(({ id }) => id === source.id)
    if (entry === undefined) return Promise.resolve([])
    const mirror = options.mirror().trim().replace(/\/+$/, "")
    return modelFiles(entry, { base: mirror || hub.base, isMirror: mirror !== "" }, asking)
  }

  async function use(file: string): Promise<void> {
    try {
      await options.use(file)
    } catch (error) {
      log.error(
        `The downloaded model could not be chosen: ${error instanceof Error ? error.name : "unknown"}`,
      )
    }
  }

  function state(): ModelDownload | null {
    const shown = shared.state()
    const figures = options.figures?.()
    if (shown?.phase.kind !== "ready" || figures === undefined) return shown ?? null
    return { ...shown, phase: { kind: "ready", figures } }
  }

  async function downloadElsewhere(): Promise<void> {
    const next = await options.chooseFolder()
    const source = shared.source() ?? first()
    if (next === undefined) return
    const folder = options.folder.get()
    if (next === folder) return shared.start(source)
    const { bytes, total } = shared.state() ?? { bytes: 0, total: 0 }
    const [there] = ["Start Again There"]
    const sentence = `Start the download again in ${next}?`
    const detail = `What is in ${folder} (${amountWords(bytes, total)}) is deleted.`
    if (bytes > 0 && (await dialogue.decide(sentence, detail, [there])) !== there) return
    await shared.cancel()
    await shared.dispose()
    await options.folder.set(next)
    shared = open()
    shared.start(source)
  }

  async function downloadFromAddress(): Promise<void> {
    const url = await dialogue.input({
      title: "Download a model from an address",
      prompt: "A gpt-oss model as a GGUF file; of one in parts, the address of any part.",
      placeholder: "https://…/gpt-oss-20b-mxfp4.gguf",
      fault: addressFault,
    })
    if (typeof url === "string") shared.start({ kind: "url", url })
  }

  async function act(action: DownloadAction): Promise<void> {
    switch (action) {
      case "downloadModel":
        return shared.start(first())
      case "resumeDownload":
        return shared.start(shared.source() ?? first())
      case "pauseDownload":
        return shared.pause()
      case "cancelDownload":
        return shared.cancel()
      case "closeDownload":
        return shared.close()
      case "downloadElsewhere":
        return downloadElsewhere()
      case "downloadFromAddress":
        return downloadFromAddress()
    }
  }

  function first(): DownloadSource {
    return { kind: "catalogue", id: entries[0]?.id ?? "" }
  }

  async function openMenu(): Promise<void> {
    const now = state()
    const answer = await dialogue.pick<MenuChoice>({
      title: now === null ? "Download a model" : `Download of ${now.label}`,
      rows: now === null || now.phase.kind === "ready" ? modelRows() : actionRows(now),
    })
    if (typeof answer !== "object") return
    if ("source" in answer) return shared.start(answer.source)
    if (answer.does !== "cancelDownload" || (now?.bytes ?? 0) === 0) return act(answer.does)
    const [erase, keep] = ["Delete", "Keep Them"]
    const decided = await dialogue.decide(`Delete the ${gigabytes(now?.bytes ?? 0)} GB already here?`, "", [
      keep,
      erase,
    ])
    if (decided !== undefined) await act(decided === erase ? "cancelDownload" : "pauseDownload")
  }

  function modelRows(): readonly Row<MenuChoice>[] {
    const known = entries.map(({ id, label, pinned }) => ({
      label,
      icon: "cloud-download",
      description: `${gigabytes(pinned.reduce((sum, { bytes }) => sum + bytes, 0))} GB`,
      value: { source: { kind: "catalogue", id } } as const,
    }))
    return [
      ...known,
      { label: "From another address…", icon: "link", value: { does: "downloadFromAddress" } },
    ]
  }

  return {
    state,
    act,
    openMenu,
    look: () => shared.look(),
    dispose: () => shared.dispose(),
  }
}

function actionRows({ phase }: ModelDownload): readonly Row<MenuChoice>[] {
  const isStopped = phase.kind === "paused" || phase.kind === "failed"
  return [
    isStopped
      ? { label: "Resume", icon: "play", value: { does: "resumeDownload" } }
      : { label: "Pause", icon: "debug-pause", value: { does: "pauseDownload" } },
    { label: "Use another folder…", icon: "folder", value: { does: "downloadElsewhere" } },
    { label: "Use another address…", icon: "link", value: { does: "downloadFromAddress" } },
    { label: "Cancel", icon: "close", value: { does: "cancelDownload" } },
  ]
}

function addressFault(text: string): string | undefined {
  if (!isSafeUrl(text)) return "Enter an address that begins with https://."
  return /\.gguf([?#]|$)/i.test(text) ? undefined : "The address must name a .gguf file."
}

/** What a log may hold of it: no path, no address. */
function technically(fault: DownloadFault): string {
  switch (fault.kind) {
    case "refused":
      return `${fault.kind} ${fault.status}`
    case "wrongFile":
      return `${fault.kind} ${fault.what}`
    case "folder":
    case "internal":
      return `${fault.kind} ${fault.code}`
    default:
      return fault.kind
  }
}
