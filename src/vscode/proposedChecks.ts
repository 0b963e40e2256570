// Whether a document may be changed, each time it matters: before the model is asked, and again at the moment of
// the change. The answer is a sentence for the user, or nothing.
import { access, constants } from "node:fs/promises"
import path from "node:path"
import * as vscode from "vscode"
import { type PathClass, pathClass } from "../workspace/pathClass.ts"

/** Quick: whether documents of this kind can be changed at all (output panels and old revisions can't). */
export function isChangeable({ scheme }: vscode.Uri): boolean {
  return scheme === "untitled" || vscode.workspace.fs.isWritableFileSystem(scheme) === true
}

/** Closed, renamed, deleted or read-only: why this document can't be changed now. */
export async function whyUnchangeable(document: vscode.TextDocument): Promise<string | undefined> {
  const { uri } = document
  const name = fileName(uri)
  if (document.isClosed) return `${name} was closed or renamed. Open it and ask again.`
  if (!isChangeable(uri)) return `${name} can't be changed: it is not a file.`
  if (uri.scheme === "untitled") return undefined
  try {
    const { permissions } = await vscode.workspace.fs.stat(uri)
    if (permissions === vscode.FilePermission.Readonly) return `${name} is read-only.`
  } catch {
    return `${name} was deleted or can't be reached.`
  }
  return uri.scheme === "file" && !(await isWritable(uri.fsPath)) ? `${name} is read-only.` : undefined
}

/** By its place in the workspace; outside of it by its whole path. */
export function classOfUri(uri: vscode.Uri): PathClass {
  const folder = vscode.workspace.getWorkspaceFolder(uri)
  const shown = folder === undefined ? uri.path : path.posix.relative(folder.uri.path, uri.path)
  return pathClass(shown.split("/").filter(name => name !== ""))
}

export function fileName(uri: vscode.Uri): string {
  return path.posix.basename(uri.path)
}

async function isWritable(file: string): Promise<boolean> {
  try {
    await access(file, constants.W_OK)
    return true
  } catch {
    return false
  }
}
