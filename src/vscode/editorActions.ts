// What the page may ask of the editor: copy, insert, save as a new file, open a link or an answer. Text of the
// model's is inserted literally, never as a snippet or a command.
import * as vscode from "vscode"

export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text)
}

/** Replaces the selection of the active editor, or says that there is none. One undo takes it back. */
export async function insertAtCursor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0]
  if (editor === undefined) {
    void vscode.window.showInformationMessage("Open a file first, then insert the code at its cursor.")
    return
  }
  const inserted = await editor.edit(edit => edit.replace(editor.selection, text))
  if (!inserted)
    void vscode.window.showWarningMessage("The code was not inserted: the file can't be changed here.")
}

/** Opens the text as an untitled document; the user decides where it is saved. */
export async function openAsNewFile(text: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages()
  const document = await vscode.workspace.openTextDocument({
    content: text,
    language: known.includes(language) ? language : "plaintext",
  })
  await vscode.window.showTextDocument(document)
}

/** Only https, only on a click of the user's; everything else is left alone. */
export async function openLink(href: string): Promise<void> {
  if (!URL.canParse(href) || new URL(href).protocol !== "https:") return
  await vscode.env.openExternal(vscode.Uri.parse(href, true))
}
