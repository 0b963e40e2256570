// One action from command to diff: what it is about, the instruction where one is needed, the model with progress and
// Cancel, then the proposal. Explain takes the same way as far as the chat.
import path from "node:path"
import * as vscode from "vscode"
import type { ActionTask } from "../actions/actionPrompt.ts"
import { explainText } from "../actions/explainText.ts"
import type { QuickAction } from "../actions/quickActions.ts"
import { type RewriteProgress, rewriteSelection } from "../actions/rewriteSelection.ts"
import { testPath } from "../actions/testPath.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { classOfUri, fileName, whyUnchangeable } from "./proposedChecks.ts"
import { type ProposedEdits, whyStale } from "./proposedEdit.ts"
import { plain, tell, tellFailure } from "./proposedMessages.ts"
import { type ActionTarget, actionTarget, readArguments } from "./proposedTarget.ts"

export type RewriteOptions = {
  /** Throws ModelError when none is chosen. */
  readonly model: () => LanguageModel
  readonly edits: ProposedEdits
  /** Asks the chat. */
  readonly explain: (text: string) => Promise<void>
}

/** Runs an action's command; resolves when the diff is open, the chat asked, or the user knows why not. */
export async function proposedRewrite(
  action: QuickAction,
  given: unknown,
  options: RewriteOptions,
): Promise<void> {
  const target = await actionTarget(given, action.offered.onProblem !== undefined)
  if (target === undefined) return tell("Open a file first.")
  const { document, text, lines, problems } = target
  const { languageId, uri } = document
  const name = fileName(uri)
  if (classOfUri(uri) === "secret")
    return tell(`${name} may hold keys or passwords, so Osprey doesn't show it to a model.`)
  const shownPath = vscode.workspace.asRelativePath(uri, false).replaceAll("\\", "/")
  if (action.replaces === "nothing")
    return options.explain(explainText({ path: shownPath, languageId, text, lines, problems }))
  const refusal = action.replaces === "lines" ? await whyUnchangeable(document) : undefined
  if (refusal !== undefined) return tell(refusal)

  const newFile = action.replaces === "newFile" ? await newFileUri(document) : uri
  const task = await taskFor(action, target, given, vscode.workspace.asRelativePath(newFile, false))
  if (typeof task === "string") return tell(task)
  if (task === undefined) return
  const original = document.getText(target.range)
  const change = { document, version: target.version, range: target.range, original }
  const stale = action.replaces === "lines" ? whyStale(change) : undefined
  if (stale !== undefined) return tell(stale)

  const result = await withProgress(`Osprey is ${action.doing} ${name}`, async (onProgress, signal) =>
    rewriteSelection(
      { model: options.model(), task, path: shownPath, languageId, text, lines, onProgress },
      signal,
    ),
  )
  if (!result.ok) {
    if (result.reason === "failed") return tellFailure(result.error)
    return result.reason === "cancelled" ? undefined : tell(result.sentence)
  }
  if (action.replaces === "newFile") {
    return options.edits.show({
      type: "newFile",
      name: action.proposal,
      uri: newFile,
      languageId,
      text: result.text,
    })
  }
  const later = (await whyUnchangeable(document)) ?? whyStale(change)
  if (later !== undefined) return tell(later)
  await options.edits.show({ type: "change", name: action.proposal, ...change, replacement: result.text })
}

/** Undefined: the user gave no instruction. A text: why there is nothing to do. */
async function taskFor(
  action: QuickAction,
  { problems }: ActionTarget,
  given: unknown,
  newFilePath: string,
): Promise<ActionTask | string | undefined> {
  switch (action.id) {
    case "fix":
      return problems.length === 0 ? "There is no problem at the cursor to fix." : { action: "fix", problems }
    case "refactor": {
      const instruction = readArguments(given).instruction ?? (await askInstruction(action.title))
      return instruction === undefined || instruction.trim() === ""
        ? undefined
        : { action: "refactor", instruction }
    }
    case "writeTests":
      return { action: "writeTests", testPath: newFilePath.replaceAll("\\", "/") }
    case "document":
    case "explain":
      return { action: "document" }
  }
}

function askInstruction(title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: "What should change in the code?",
    placeHolder: "e.g. use early returns",
  })
}

/** Beside the document; its folder's files show the custom. */
async function newFileUri({ uri, languageId }: vscode.TextDocument): Promise<vscode.Uri> {
  const folder = uri.with({ path: path.posix.dirname(uri.path) })
  const entries =
    uri.scheme === "file" ? await vscode.workspace.fs.readDirectory(folder).then(undefined, () => []) : []
  return uri.with({
    path: testPath(
      uri.path,
      languageId,
      entries.map(([name]) => name),
    ),
  })
}

async function withProgress<T>(
  title: string,
  work: (onProgress: (progress: RewriteProgress) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const location = vscode.ProgressLocation.Notification
  return vscode.window.withProgress(
    { location, title: plain(title), cancellable: true },
    async (bar, token) => {
      const abort = new AbortController()
      const listening = token.onCancellationRequested(() => abort.abort())
      try {
        return await work(progress => bar.report({ message: messageOf(progress) }), abort.signal)
      } finally {
        listening.dispose()
      }
    },
  )
}

function messageOf(progress: RewriteProgress): string {
  if (progress.type === "writing") return progress.lines === 1 ? "1 line" : `${progress.lines} lines`
  switch (progress.stage) {
    case "loading":
      return `loading the model, ${percent(progress.fraction)}`
    case "reading":
      return `reading, ${percent(progress.done / Math.max(1, progress.total))}`
    case "queued":
      return progress.for === "ghostText" ? "waiting for ghost text" : "waiting for another answer"
    case "retrying":
      return "waiting to try again"
  }
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`
}
