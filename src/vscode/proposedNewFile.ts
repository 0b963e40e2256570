// An accepted new file: an unsaved document with the text in it, named as proposed where the name is free. The user
// saves it, or doesn't.
import * as vscode from "vscode"

type NewFile = { readonly uri: vscode.Uri; readonly languageId: string; readonly text: string }

/** Whether it is open now. */
export async function openNewFile({ uri, languageId, text }: NewFile): Promise<boolean> {
  const document = (await namedDocument(uri)) ?? (await vscode.workspace.openTextDocument({ content: "" }))
  if (document.languageId !== languageId) await vscode.languages.setTextDocumentLanguage(document, languageId)
  const change = new vscode.WorkspaceEdit()
  change.insert(document.uri, new vscode.Position(0, 0), text)
  if (!(await vscode.workspace.applyEdit(change))) return false
  await vscode.window.showTextDocument(document, { preview: false })
  return true
}

/** An empty unsaved document of this name; undefined where a file or other unsaved text has it. */
async function namedDocument(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  if (uri.scheme !== "file" || (await exists(uri))) return undefined
  const document = await vscode.workspace.openTextDocument(uri.with({ scheme: "untitled" }))
  return document.getText() === "" ? document : undefined
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri)
    return true
  } catch {
    return false
  }
}
