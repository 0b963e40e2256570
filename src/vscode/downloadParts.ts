// Downloads of models with their dialogues and their item in the status bar; a file of its own in dist, loaded when
// there is one.
import * as vscode from "vscode"
import type { Logger } from "../base/logger.ts"
import type { ModelDownload } from "../protocol/modelDownload.ts"
import type { DownloadFolder } from "./downloadFolder.ts"
import { downloadStatus } from "./downloadStatus.ts"
import { type ModelDownloads, modelDownloads } from "./modelDownloads.ts"
import { vscodeDialogue } from "./vscodeDialogue.ts"

export type DownloadPartsOptions = {
  readonly folder: DownloadFolder
  /** Address of a mirror of the hub; "" for the hub itself. */
  readonly mirror: () => string
  /** Makes the file the chat's model. */
  readonly use: (path: string) => Promise<unknown>
  /** What was measured with the chat's model, as a sentence. */
  readonly figures?: () => string | undefined
  readonly onChange: (state: ModelDownload | null) => void
  readonly log: Logger
}

export function downloadParts({ onChange, ...rest }: DownloadPartsOptions): ModelDownloads {
  const status = downloadStatus()
  const downloads = modelDownloads({
    ...rest,
    dialogue: vscodeDialogue(),
    chooseFolder,
    onChange(state) {
      status.show(state)
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
