// Sentences to the user about an action. File names and models' labels come from elsewhere and VS Code turns
// "[text](command:…)" in a notification into a link, so no such link gets through.
import * as vscode from "vscode"
import { errorNotice } from "../chat/outcomeNotice.ts"
import type { ModelError } from "../model/modelError.ts"

export function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("](", "] (")
}

export function tell(sentence: string): void {
  void vscode.window.showWarningMessage(plain(sentence))
}

/** The failure in the words of the chat, with the one button that may help. */
export async function tellFailure(error: ModelError): Promise<void> {
  const { title, sentence } = errorNotice(error)
  const text = plain(`${title}. ${sentence}`)
  const button =
    error.kind === "unauthorized"
      ? { label: "Enter Key…", command: "osprey.enterKey" }
      : { label: "Choose Model…", command: "osprey.chooseModel" }
  const chosen = await vscode.window.showWarningMessage(text, button.label)
  if (chosen === button.label) await vscode.commands.executeCommand(button.command)
}
