// A download in the status bar, as long as there is one. A click opens its menu.
import * as vscode from "vscode"
import type { ModelDownload } from "../protocol/modelDownload.ts"
import { downloadLine } from "./downloadWords.ts"

export const downloadCommand = "osprey.downloadModel"

export type DownloadStatus = vscode.Disposable & { show(state: ModelDownload | null): void }

export function downloadStatus(): DownloadStatus {
  const item = vscode.window.createStatusBarItem("osprey.download", vscode.StatusBarAlignment.Right, 89)
  item.name = "Osprey: download"
  item.command = downloadCommand
  return {
    show(state) {
      if (state === null) return item.hide()
      const { text, says, needsUser } = downloadLine(state)
      item.text = text
      item.tooltip = says
      item.backgroundColor = needsUser ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined
      item.accessibilityInformation = { label: `Osprey download, ${says}` }
      item.show()
    },
    dispose: () => item.dispose(),
  }
}
