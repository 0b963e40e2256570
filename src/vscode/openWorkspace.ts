// The open folders as the core's Workspace. Text of unsaved documents counts more than the file on disk.
import * as vscode from "vscode"
import { diskWorkspace } from "../workspace/diskWorkspace.ts"
import type { Workspace } from "../workspace/workspace.ts"

/** The workspace as it is now; folders may come and go, so ask again for every turn. */
export function openWorkspace(ripgrepPath: string): Workspace {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === "file")
  return diskWorkspace({
    roots: folders.map(folder => ({ name: folder.name, path: folder.uri.fsPath })),
    ripgrepPath,
    openText: absolutePath =>
      vscode.workspace.textDocuments
        .find(
          document =>
            document.isDirty && document.uri.scheme === "file" && document.uri.fsPath === absolutePath,
        )
        ?.getText(),
  })
}
