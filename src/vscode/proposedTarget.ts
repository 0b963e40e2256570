// What an action is about: from the light bulb's arguments, or from the editor where a command was called by name.
// Lines and problems as plain data for the core, and the document version they belong to.
import * as vscode from "vscode"
import type { Problem } from "../actions/actionPrompt.ts"
import { enclosingLines, type LineRange, linesOf, selectedLines } from "../actions/codePassage.ts"

/** The one argument of every action's command; a keybinding may give `instruction` alone. */
export type ActionArguments = {
  readonly uri?: vscode.Uri
  readonly range?: vscode.Range
  readonly diagnostics?: readonly vscode.Diagnostic[]
  readonly instruction?: string
}

export type ActionTarget = {
  readonly document: vscode.TextDocument
  readonly version: number
  readonly text: string
  readonly lines: LineRange
  /** Whole lines, without the last one's line end. */
  readonly range: vscode.Range
  readonly problems: readonly Problem[]
}

/** Undefined: no editor is open. `wantsProblems`: problems at the cursor come before the selected code. */
export async function actionTarget(
  given: unknown,
  wantsProblems: boolean,
): Promise<ActionTarget | undefined> {
  const { uri, range, diagnostics } = readArguments(given)
  const editor = vscode.window.activeTextEditor
  const document = uri === undefined ? editor?.document : await vscode.workspace.openTextDocument(uri)
  if (document === undefined) return undefined
  const selection = range ?? (editor?.document === document ? editor.selection : new vscode.Range(0, 0, 0, 0))
  const found = wantsProblems ? (diagnostics ?? problemsAt(document.uri, selection)) : []
  const text = document.getText()
  const lines = clamped(linesFor(linesOf(text), selection, found), document.lineCount)
  return {
    document,
    version: document.version,
    text,
    lines,
    range: new vscode.Range(document.lineAt(lines.first).range.start, document.lineAt(lines.last).range.end),
    problems: problemsIn(document, lines, found),
  }
}

/** A command's arguments may come from anywhere; what has another form is as if it weren't there. */
export function readArguments(given: unknown): ActionArguments {
  if (typeof given !== "object" || given === null) return {}
  const { uri, range, diagnostics, instruction } = given as Readonly<Record<string, unknown>>
  return {
    ...(uri instanceof vscode.Uri && { uri }),
    ...(range instanceof vscode.Range && { range }),
    ...(Array.isArray(diagnostics) && {
      diagnostics: diagnostics.filter(each => each instanceof vscode.Diagnostic),
    }),
    ...(typeof instruction === "string" && { instruction }),
  }
}

function problemsAt(uri: vscode.Uri, range: vscode.Range): readonly vscode.Diagnostic[] {
  const all = vscode.languages.getDiagnostics(uri)
  const touching = all.filter(each => each.range.intersection(range) !== undefined)
  if (touching.length > 0) return touching
  const { first, last } = selectedLines(range.start, range.end)
  return all.filter(each => each.range.start.line <= last && each.range.end.line >= first)
}

/** The selected lines, or the block around the problems or the cursor; the wider one where both are there. */
function linesFor(
  lines: readonly string[],
  selection: vscode.Range,
  diagnostics: readonly vscode.Diagnostic[],
): LineRange {
  const selected = selectedLines(selection.start, selection.end)
  if (diagnostics.length === 0) return selection.isEmpty ? enclosingLines(lines, selected) : selected
  const block = enclosingLines(lines, {
    first: Math.min(...diagnostics.map(({ range }) => range.start.line)),
    last: Math.max(...diagnostics.map(({ range }) => range.end.line)),
  })
  const isWider = selected.first <= block.first && selected.last >= block.last
  return isWider ? selected : block
}

function clamped({ first, last }: LineRange, lineCount: number): LineRange {
  return { first: Math.min(first, lineCount - 1), last: Math.min(last, lineCount - 1) }
}

/** Those that begin in the lines; where none does (an end of file that comes too early), the first one, at the end. */
function problemsIn(
  document: vscode.TextDocument,
  lines: LineRange,
  diagnostics: readonly vscode.Diagnostic[],
): readonly Problem[] {
  const inside = diagnostics.filter(
    ({ range }) => range.start.line >= lines.first && range.start.line <= lines.last,
  )
  if (inside.length > 0) return inside.map(diagnostic => problemIn(document, lines, diagnostic))
  const line = lines.last - lines.first + 1
  return diagnostics.slice(0, 1).map(({ message }) => ({ line, at: "", message }))
}

/** Underlined text is shown as far as its first line. */
function problemIn(
  document: vscode.TextDocument,
  lines: LineRange,
  { range, message }: vscode.Diagnostic,
): Problem {
  const { start } = range
  const end = range.isSingleLine ? range.end : document.lineAt(start.line).range.end
  const at = document.getText(new vscode.Range(start, end))
  return { line: start.line - lines.first + 1, at, message }
}
