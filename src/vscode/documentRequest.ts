// A document and a cursor as the plain data that ghost text starts from. Lines end with `\n` there, whatever the
// file has; VS Code writes the file's own line ends when a suggestion is taken.
import * as vscode from "vscode"
import type { SuggestRequest } from "../completion/suggestion.ts"

/** What is seen of a file: so many lines before the cursor, rounded up so that the beginning seldom moves. */
const linesBefore = 600
const blockOfLines = 200
const linesAfter = 400
/** Beyond this a document isn't source that a person writes. */
const mostLines = 100_000

const editableSchemes: ReadonlySet<string> = new Set([
  "file",
  "untitled",
  "vscode-remote",
  "vscode-vfs",
  "vscode-notebook-cell",
])

type Asked = Pick<SuggestRequest, "trigger" | "fullPaths"> & {
  readonly selected?: vscode.SelectedCompletionInfo | undefined
}

export function documentRequest(
  document: vscode.TextDocument,
  position: vscode.Position,
  { trigger, fullPaths, selected }: Asked,
): SuggestRequest {
  const firstLine = Math.max(0, Math.floor((position.line - linesBefore) / blockOfLines) * blockOfLines)
  const lastLine = Math.min(document.lineCount - 1, position.line + linesAfter)
  const kind = documentKind(document)
  const read = (from: vscode.Position, to: vscode.Position) =>
    kind === "editable" ? document.getText(new vscode.Range(from, to)).replaceAll("\r\n", "\n") : ""
  const selections = editorOf(document)?.selections ?? []
  return {
    path: vscode.workspace.asRelativePath(document.uri),
    fullPaths,
    languageId: document.languageId,
    document: kind,
    before: read(new vscode.Position(firstLine, 0), position),
    firstLine,
    after: read(position, document.lineAt(lastLine).range.end),
    cursors: Math.max(1, selections.length),
    hasSelection: selections.some(selection => !selection.isEmpty),
    trigger,
    ...(selected === undefined
      ? {}
      : { selected: { text: selected.text, replaces: document.getText(selected.range) } }),
  }
}

function documentKind({ uri, lineCount }: vscode.TextDocument): SuggestRequest["document"] {
  if (!editableSchemes.has(uri.scheme)) return "unsupported"
  if (uri.scheme !== "untitled" && vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false)
    return "readOnly"
  return lineCount > mostLines ? "tooLarge" : "editable"
}

/** The editor in which the user types; the same document may be seen in several. */
function editorOf(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const active = vscode.window.activeTextEditor
  return active?.document === document
    ? active
    : vscode.window.visibleTextEditors.find(editor => editor.document === document)
}
