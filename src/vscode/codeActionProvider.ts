// The light bulb: which actions there are on a selection or a problem, at once and without a model. Registers them,
// their commands and the two that accept or reject what they propose.
import * as vscode from "vscode"
import { type QuickAction, quickActions } from "../actions/quickActions.ts"
import { disposables } from "../base/disposables.ts"
import type { Logger } from "../base/logger.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { ModelError } from "../model/modelError.ts"
import { classOfUri, isChangeable } from "./proposedChecks.ts"
import { proposedScheme } from "./proposedContent.ts"
import { proposedEdits } from "./proposedEdit.ts"
import { tell, tellFailure } from "./proposedMessages.ts"
import { proposedRewrite } from "./proposedRewrite.ts"
import type { ActionArguments } from "./proposedTarget.ts"

type CodeActionOptions = {
  /** Throws ModelError when none is chosen. */
  readonly model: () => LanguageModel
  /** Shows the chat and sends it this message. */
  readonly explain: (text: string) => Promise<void>
  readonly log: Logger
}

export function registerCodeActions({ model, explain, log }: CodeActionOptions): vscode.Disposable {
  const all = disposables()
  const edits = all.add(proposedEdits())
  const command = (name: string, run: (given: unknown) => Promise<void>) => {
    const guarded = (given: unknown) => run(given).catch(failed)
    all.add(vscode.commands.registerCommand(name, guarded))
  }
  const failed = (error: unknown) => {
    log.error(`A code action failed: ${error instanceof Error ? error.name : "unknown"}`)
    if (error instanceof ModelError) return tellFailure(error)
    tell("That didn't work. The log says more.")
    return undefined
  }
  for (const action of quickActions)
    command(action.command, given => proposedRewrite(action, given, { model, edits, explain }))
  command("osprey.acceptProposal", edits.accept)
  command("osprey.rejectProposal", edits.reject)
  all.add(
    vscode.languages.registerCodeActionsProvider({ scheme: "*" }, provider, { providedCodeActionKinds }),
  )
  return all
}

const providedCodeActionKinds = quickActions
  .flatMap(({ offered }) => [offered.onProblem, offered.onSelection])
  .filter(kind => kind !== undefined)
  .map(kindOf)

const provider: vscode.CodeActionProvider = {
  provideCodeActions(document, range, { diagnostics, only }) {
    const { uri } = document
    if (uri.scheme === proposedScheme || classOfUri(uri) === "secret") return []
    const isSelected = !range.isEmpty && document.getText(range).trim() !== ""
    return quickActions
      .filter(action => action.replaces === "nothing" || isChangeable(uri))
      .flatMap(action => {
        const { onProblem, onSelection } = action.offered
        if (onProblem !== undefined && diagnostics.length > 0)
          return codeAction(action, onProblem, { uri, range, diagnostics })
        if (onSelection !== undefined && isSelected)
          return codeAction(action, onSelection, { uri, range, diagnostics: [] })
        return []
      })
      .filter(({ kind }) => only === undefined || (kind !== undefined && only.contains(kind)))
  },
}

function codeAction(
  { title, command }: QuickAction,
  kind: string,
  target: ActionArguments,
): vscode.CodeAction {
  const made = new vscode.CodeAction(title, kindOf(kind))
  made.command = { title, command, arguments: [target] }
  made.diagnostics = [...(target.diagnostics ?? [])]
  return made
}

/** "quickfix.osprey.fix", as VS Code's object. */
function kindOf(kind: string): vscode.CodeActionKind {
  return vscode.CodeActionKind.Empty.append(kind)
}
