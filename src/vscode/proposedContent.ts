// The texts that a diff shows and no file holds: read-only documents of the scheme "osprey-proposed", each under an
// address of its own, there until its proposal ends.
import { randomUUID } from "node:crypto"
import * as vscode from "vscode"

export const proposedScheme = "osprey-proposed"

export type ProposedContent = {
  /** `path` lends the document its name and language. */
  add(path: string, text: string): vscode.Uri
  remove(uri: vscode.Uri): void
  dispose(): void
}

export function proposedContent(): ProposedContent {
  const texts = new Map<string, string>()
  const registered = vscode.workspace.registerTextDocumentContentProvider(proposedScheme, {
    provideTextDocumentContent: uri => texts.get(uri.toString()) ?? "This proposal has ended.\n",
  })
  return {
    add(path, text) {
      const uri = vscode.Uri.from({ scheme: proposedScheme, path, query: randomUUID() })
      texts.set(uri.toString(), text)
      return uri
    },
    remove: uri => void texts.delete(uri.toString()),
    dispose: () => registered.dispose(),
  }
}
