// The extra question for a protected file: the whole path, no as the first choice, and deaf for the first 300 ms, so
// that a key meant for the diff answers nothing (SR-13).
import * as vscode from "vscode"
import { fileName } from "./proposedChecks.ts"

const deafMs = 300

/** Whether the user wants this very file changed. */
export function confirmProtected(uri: vscode.Uri): Promise<boolean> {
  const keep: vscode.QuickPickItem = { label: "$(close) Leave it as it is" }
  const change: vscode.QuickPickItem = {
    label: `$(check) Change ${withoutIcons(fileName(uri))}`,
    detail: withoutIcons(uri.scheme === "file" ? uri.fsPath : uri.toString(true)),
  }
  const pick = vscode.window.createQuickPick()
  pick.title = "This file can run code, change settings or instruct a model. Change it?"
  pick.items = [keep, change]
  pick.activeItems = [keep]
  pick.ignoreFocusOut = true
  pick.show()
  const shownAt = performance.now()
  return new Promise(resolve => {
    pick.onDidAccept(() => {
      if (performance.now() - shownAt < deafMs) return
      resolve(pick.selectedItems[0] === change)
      pick.hide()
    })
    pick.onDidHide(() => {
      resolve(false)
      pick.dispose()
    })
  })
}

/** "$(name)" would be shown as a picture. */
function withoutIcons(text: string): string {
  return text.replaceAll("$(", "$ (")
}
