// Follows the user through the open documents: which were used last, what was edited, when typing rests. Gives plain
// data; decides nothing. Texts are read when they are asked for, not at every keystroke.
import { realpath } from "node:fs/promises"
import * as vscode from "vscode"
import { disposables } from "../base/disposables.ts"
import type { Sources } from "../completion/promptSnapshot.ts"
import { changedLines } from "../context/changedLines.ts"
import { type RecentEdit, withEdit } from "../context/recentEdits.ts"
import type { OpenDocument } from "../context/relatedPassages.ts"

export type DocumentTracker = vscode.Disposable & {
  readonly sources: Sources
  /** Absolute paths by which a file is known: its own, and where a link leads. */
  fullPaths(document: vscode.TextDocument): readonly string[]
  /** The user opened another file, or has rested in this one for two seconds. */
  onRest(listener: (editor: vscode.TextEditor) => void): void
}

/** Resting this long ends an edit, and makes time for reading ahead. In milliseconds. */
const restMs = 2000
/** Long enough for the editor to show the file first. In milliseconds. */
const openedMs = 200
/** Longer texts aren't compared and aren't related to anything. In lines. */
const mostLines = 20_000
const mostDocuments = 20

export function documentTracker(): DocumentTracker {
  const all = disposables()
  const realPaths = new Map<string, string>()
  /** Text of a document when it last rested. */
  const settled = new Map<string, string>()
  const changed = new Set<vscode.TextDocument>()
  let lastUsed: readonly vscode.TextDocument[] = []
  let edits: readonly RecentEdit[] = []
  let listeners: readonly ((editor: vscode.TextEditor) => void)[] = []
  let timer: NodeJS.Timeout | undefined

  function use(document: vscode.TextDocument): void {
    lastUsed = [document, ...lastUsed.filter(other => other !== document)].slice(0, mostDocuments + 1)
    if (!isFollowed(document)) return
    const key = document.uri.toString()
    if (!settled.has(key)) settled.set(key, textOf(document))
    if (document.uri.scheme !== "file" || realPaths.has(key)) return
    realPaths.set(key, document.uri.fsPath)
    void realpath(document.uri.fsPath).then(
      real => realPaths.set(key, real),
      () => {},
    )
  }

  function rested(): void {
    for (const document of changed) {
      const key = document.uri.toString()
      const [before, now] = [settled.get(key), textOf(document)]
      settled.set(key, now)
      const hunk = before === undefined ? undefined : changedLines(before, now)
      if (hunk !== undefined) edits = withEdit(edits, { ...hunk, path: shownPath(document), at: Date.now() })
    }
    changed.clear()
    const editor = vscode.window.activeTextEditor
    if (editor !== undefined && isFollowed(editor.document))
      for (const listener of listeners) listener(editor)
  }

  function restAfter(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(rested, ms)
  }

  function forget(document: vscode.TextDocument): void {
    const key = document.uri.toString()
    settled.delete(key)
    realPaths.delete(key)
    changed.delete(document)
    lastUsed = lastUsed.filter(other => other !== document)
  }

  const active = vscode.window.activeTextEditor
  if (active !== undefined) use(active.document)
  all.add(
    vscode.window.onDidChangeActiveTextEditor(editor => {
      if (editor === undefined) return
      use(editor.document)
      restAfter(openedMs)
    }),
  )
  all.add(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || !isFollowed(document)) return
      changed.add(document)
      restAfter(restMs)
    }),
  )
  all.add(
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (isFollowed(textEditor.document)) restAfter(restMs)
    }),
  )
  all.add(vscode.workspace.onDidCloseTextDocument(forget))
  all.add({ dispose: () => clearTimeout(timer) })

  const fullPaths = (document: vscode.TextDocument): readonly string[] => {
    if (document.uri.scheme === "untitled") return []
    const real = realPaths.get(document.uri.toString())
    const own = document.uri.fsPath
    return real === undefined || real === own ? [own] : [own, real]
  }

  return {
    sources: {
      documents: () =>
        lastUsed
          .filter(document => isFollowed(document) && document !== vscode.window.activeTextEditor?.document)
          .map(
            (document): OpenDocument => ({
              path: shownPath(document),
              fullPaths: fullPaths(document),
              languageId: document.languageId,
              text: textOf(document),
            }),
          ),
      edits: () => edits,
    },
    fullPaths,
    onRest: listener => {
      listeners = [...listeners, listener]
    },
    dispose: () => all.dispose(),
  }
}

/** Files and what will become files; no output, no diff's other side, nothing huge. */
function isFollowed({ uri, isClosed, lineCount }: vscode.TextDocument): boolean {
  return !isClosed && lineCount <= mostLines && ["file", "untitled", "vscode-remote"].includes(uri.scheme)
}

function shownPath({ uri }: vscode.TextDocument): string {
  return vscode.workspace.asRelativePath(uri)
}

function textOf(document: vscode.TextDocument): string {
  return document.getText().replaceAll("\r\n", "\n")
}
