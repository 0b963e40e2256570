// A download in the status bar, as long as there is one. A click runs its command.
import * as vscode from "vscode"
import type { DownloadLine } from "./downloadWords.ts"

export type DownloadStatus = vscode.Disposable & { show(line: DownloadLine | null): void }

export type DownloadStatusOptions = {
  readonly id: string
  /** As VS Code's menu of the status bar names it. */
  readonly name: string
  readonly command: string
  readonly priority: number
}

export function downloadStatus({ id, name, command, priority }: DownloadStatusOptions): DownloadStatus {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority)
  item.name = name
  item.command = command
  return {
    show(line) {
      if (line === null) return item.hide()
      const { text, says, needsUser } = line
      item.text = text
      item.tooltip = says
      item.backgroundColor = needsUser ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined
      item.accessibilityInformation = { label: `Osprey download, ${says}` }
      item.show()
    },
    dispose: () => item.dispose(),
  }
}
