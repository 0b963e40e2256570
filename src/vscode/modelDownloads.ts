// Downloads of models on the host's side: which one, into which folder, and what follows when it is there. Holds what
// page and status bar show; knows neither the window nor how bytes travel.
import path from "node:path"
import type { Logger } from "../base/logger.ts"
import { type CatalogueEntry, catalogue, hub } from "../model/download/catalogue.ts"
import { decodedPath } from "../model/download/decodedPath.ts"
import { type DownloadLimits, downloadLimits } from "../model/download/downloadLimits.ts"
import type { DownloadSource } from "../model/download/downloadRecord.ts"
import { type Asking, filesAt, modelFiles, type RemoteFile } from "../model/download/hubListing.ts"
import { hostOf, isSafeUrl } from "../model/download/openUrl.ts"
import { type SharedDownload, sharedDownload } from "../model/download/sharedDownload.ts"
import type { DownloadAction, ModelDownload } from "../protocol/modelDownload.ts"
import type { Dialogue, Row } from "./dialogue.ts"
import type { DownloadFolder } from "./downloadFolder.ts"
import { amountWords, gigabytes } from "./downloadWords.ts"
import { faultCode } from "./faultCode.ts"
import type { LaterAdvice } from "./laterAdvice.ts"

export type ModelDownloads = {
  /** Null: there is nothing to show. */
  state(): ModelDownload | null
  act(action: DownloadAction): Promise<void>
  /** Which model to download, or what to do about the one that is under way. */
  openMenu(): Promise<void>
  /** Shows what is unfinished from earlier; starts nothing. */
  look(): Promise<void>
  /** Shows what other windows did since. */
  lookAgain(): Promise<void>
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
  /** What this computer makes of each model. */
  readonly advice?: Pick<LaterAdvice, "beforeDownload" | "ready" | "settled">
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
      placeOf,
      list,
      limits,
      onChange: () => options.onChange(state()),
      onReady: file => void use(file),
      onOther: (running, asked) =>
        dialogue.tell(
          `${running} is being downloaded in another window. Once it has ended, choose ${asked} again.`,
        ),
      onFault: fault => log.warn(`The download stopped: ${faultCode(fault)}`),
      ...(options.beatMs !== undefined && { beatMs: options.beatMs }),
    })
  }

  function labelOf(source: DownloadSource): string {
    if (source.kind === "catalogue") return entries.find(({ id }) => id === source.id)?.label ?? source.id
    const { url } = source
    const file = URL.canParse(url) ? new URL(url).pathname : ""
    return path.posix.basename(decodedPath(file) ?? file, ".gguf") || "a model"
  }

  function placeOf(source: DownloadSource): string | undefined {
    return source.kind === "catalogue" ? mirror() || hub.base : undefined
  }

  function mirror(): string {
    return options.mirror().trim().replace(/\/+$/, "")
  }

  function list(source: DownloadSource, signal: AbortSignal): Promise<readonly RemoteFile[]> {
    const asking = { signal, firstByteMs: limits.firstByteMs }
    if (source.kind === "url") return addressed(source.url, asking)
    const entry = entries.find(({ id }) => id === source.id)
    if (entry === undefined) return Promise.resolve([])
    return modelFiles(entry, { base: mirror() || hub.base, isMirror: mirror() !== "" }, asking)
  }

  /** A file that is named and sized as one of the catalogue is probably that one, whatever server has it. */
  async function addressed(url: string, asking: Asking): Promise<readonly RemoteFile[]> {
    const pins = entries.flatMap(({ pinned }) => pinned)
    return (await filesAt(url, asking)).map(file => {
      const pin = pins.find(({ name, bytes }) => name === file.name && bytes === file.bytes)
      return file.sha256 !== undefined || pin === undefined ? file : { ...file, expected: pin.sha256 }
    })
  }

  function start(source: DownloadSource): void {
    if (shared.start(source)) return
    dialogue.tell(`${state()?.label ?? "A model"} is being downloaded. Pause or cancel it first.`)
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
    const { figures: note } = shown.phase
    return {
      ...shown,
      phase: { kind: "ready", figures: note === undefined ? figures : `${note} ${figures}` },
    }
  }

  async function downloadElsewhere(): Promise<void> {
    const next = await options.chooseFolder()
    const source = shared.source() ?? first()
    if (next === undefined) return
    const folder = options.folder.get()
    if (next === folder) return start(source)
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
    if (typeof url !== "string") return
    // Another address is for what doesn't come from this one; what is here of it stays.
    if (isUnderWay(state())) await shared.pause()
    start({ kind: "url", url })
  }

  async function act(action: DownloadAction): Promise<void> {
    switch (action) {
      case "downloadModel":
        return start(first())
      case "resumeDownload":
        return start(shared.source() ?? first())
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
    await options.advice?.ready()
    const now = state()
    const isOver = now === null || now.phase.kind === "ready"
    const answer = await dialogue.pick<MenuChoice>({
      title: now === null ? "Download a model" : `Download of ${now.label}`,
      rows: isOver ? modelRows() : [...actionRows(now), ...backRows(now)],
      ...(isOver && { later: betterRows }),
    })
    if (typeof answer !== "object") return
    if ("source" in answer) return startUnlessTooLarge(answer.source)
    if (answer.does !== "cancelDownload" || (now?.bytes ?? 0) === 0) return act(answer.does)
    const [erase, keep] = ["Delete", "Keep Them"]
    const decided = await dialogue.decide(`Delete the ${gigabytes(now?.bytes ?? 0)} GB already here?`, "", [
      keep,
      erase,
    ])
    if (decided !== undefined) await act(decided === erase ? "cancelDownload" : "pauseDownload")
  }

  /** Hours of download for nothing are asked about first. */
  async function startUnlessTooLarge(source: DownloadSource): Promise<void> {
    const fit = source.kind === "catalogue" ? options.advice?.beforeDownload(source.id) : undefined
    const anyway = "Download Anyway"
    const question = `${labelOf(source)} doesn’t fit this computer. Download it all the same?`
    if (fit?.verdict !== "noMemory" || (await dialogue.decide(question, fit.sentence, [anyway])) === anyway)
      start(source)
  }

  /** From an address of the user's back to where the model comes from; what is here stays. */
  function backRows({ label, phase }: ModelDownload): readonly Row<MenuChoice>[] {
    const isStopped = phase.kind === "paused" || phase.kind === "failed"
    const entry = entries.find(({ pinned }) => pinned.some(({ name }) => name === `${label}.gguf`))
    if (!isStopped || shared.source()?.kind !== "url" || entry === undefined) return []
    const source = { kind: "catalogue", id: entry.id } as const
    const from = hostOf(placeOf(source) ?? "")
    return [{ label: `Use ${from} again`, icon: "cloud-download", value: { source } }]
  }

  async function betterRows(show: (rows: readonly Row<MenuChoice>[]) => void): Promise<void> {
    await options.advice?.settled()
    show(modelRows())
  }

  function modelRows(): readonly Row<MenuChoice>[] {
    const known = entries.map(({ id, label, pinned }) => {
      const fit = options.advice?.beforeDownload(id)
      const doesFit = fit?.verdict !== "noMemory" && fit?.verdict !== "noDisk"
      return {
        label,
        icon: doesFit ? "cloud-download" : "warning",
        description: `${gigabytes(pinned.reduce((sum, { bytes }) => sum + bytes, 0))} GB`,
        ...(fit !== undefined && { detail: fit.sentence }),
        value: { source: { kind: "catalogue", id } } as const,
      }
    })
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
    lookAgain: () => shared.lookAgain(),
    dispose: () => shared.dispose(),
  }
}

function isUnderWay(shown: ModelDownload | null): boolean {
  return shown !== null && !/paused|failed|ready/.test(shown.phase.kind)
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
  if (decodedPath(new URL(text).pathname) === undefined)
    return "A % in the address isn’t followed by two hexadecimal digits."
  return /\.gguf([?#]|$)/i.test(text) ? undefined : "The address must name a .gguf file."
}
