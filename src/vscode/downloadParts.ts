// Downloads of models and of CUDA support with their dialogues and their items in the status bar; a file of its own in
// dist, loaded when there is one.
import * as vscode from "vscode"
import type { Logger } from "../base/logger.ts"
import type { ModelDownload } from "../protocol/modelDownload.ts"
import { type CudaOptions, type CudaSupport, cudaSupport } from "./cudaSupport.ts"
import type { DownloadFolder } from "./downloadFolder.ts"
import { downloadStatus } from "./downloadStatus.ts"
import { downloadLine } from "./downloadWords.ts"
import { type ModelDownloads, type ModelDownloadsOptions, modelDownloads } from "./modelDownloads.ts"
import { vscodeDialogue } from "./vscodeDialogue.ts"

export type DownloadPartsOptions = {
  readonly folder: DownloadFolder
  /** Address of a mirror of the hub; "" for the hub itself. */
  readonly mirror: () => string
  /** Makes the file the chat's model. */
  readonly use: (path: string) => Promise<unknown>
  /** What was measured with the chat's model, as a sentence. */
  readonly figures?: () => string | undefined
  readonly advice?: NonNullable<ModelDownloadsOptions["advice"]>
  readonly onChange: (state: ModelDownload | null) => void
  readonly log: Logger
}

export function downloadParts({ onChange, ...rest }: DownloadPartsOptions): ModelDownloads {
  const status = downloadStatus({
    ...{ id: "osprey.download", name: "Osprey: download", priority: 89 },
    command: "osprey.downloadModel",
  })
  const downloads = modelDownloads({
    ...rest,
    dialogue: vscodeDialogue(),
    chooseFolder,
    onChange(state) {
      status.show(state && downloadLine(state))
      onChange(state)
    },
  })
  return {
    ...downloads,
    async dispose() {
      await downloads.dispose()
      status.dispose()
    },
  }
}

export function cudaParts(options: CudaOptions): CudaSupport {
  const status = downloadStatus({
    ...{ id: "osprey.cudaDownload", name: "Osprey: CUDA support", priority: 88 },
    command: "osprey.addCuda",
  })
  const cuda = cudaSupport({
    ...options,
    dialogue: vscodeDialogue(),
    tell: sentence => void vscode.window.showInformationMessage(sentence),
    show: status.show,
  })
  return {
    ...cuda,
    async dispose() {
      await cuda.dispose()
      status.dispose()
    },
  }
}

async function chooseFolder(): Promise<string | undefined> {
  const folders = await vscode.window.showOpenDialog({
    title: "Choose a folder for models",
    openLabel: "Use this folder",
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  })
  return folders?.[0]?.fsPath
}
