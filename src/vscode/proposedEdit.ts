// Proposals of the model as diffs: shown beside the file, accepted or rejected by the user, applied to exactly the
// document version the user saw, as one edit that one undo takes back. Nothing is written to disk.
import * as vscode from "vscode"
import { disposables } from "../base/disposables.ts"
import { classOfUri, fileName, whyUnchangeable } from "./proposedChecks.ts"
import { confirmProtected } from "./proposedConfirm.ts"
import { proposedContent, proposedScheme } from "./proposedContent.ts"
import { plain, tell } from "./proposedMessages.ts"
import { openNewFile } from "./proposedNewFile.ts"

export type ProposedEdit =
  | {
      readonly type: "change"
      /** "Fix": before the file's name in the diff's title. */
      readonly name: string
      readonly document: vscode.TextDocument
      /** Of the document when the model was asked. */
      readonly version: number
      readonly range: vscode.Range
      /** What stands in the range at that version. */
      readonly original: string
      readonly replacement: string
    }
  | {
      readonly type: "newFile"
      readonly name: string
      /** Where it would be saved. */
      readonly uri: vscode.Uri
      readonly languageId: string
      readonly text: string
    }

export type ProposedEdits = {
  /** Resolves when the diff is open. */
  show(edit: ProposedEdit): Promise<void>
  /** The proposal at this address or in the active tab. Resolves when it is applied or the user knows why not. */
  accept(uri?: unknown): Promise<void>
  reject(uri?: unknown): Promise<void>
  dispose(): void
}

type Shown = { readonly edit: ProposedEdit; readonly left: vscode.Uri; readonly right: vscode.Uri }

/** True while the active tab is a proposal. */
const contextKey = "osprey.proposalActive"

export function proposedEdits(): ProposedEdits {
  const parts = disposables()
  const content = parts.add(proposedContent())
  const open = new Map<string, Shown>()

  function forget({ left, right }: Shown): void {
    open.delete(right.toString())
    content.remove(right)
    content.remove(left)
  }

  async function close(shown: Shown): Promise<void> {
    forget(shown)
    await vscode.window.tabGroups.close(proposalTabs(address => address === shown.right.toString()))
  }

  function find(uri: unknown): Shown | undefined {
    const address =
      uri instanceof vscode.Uri && uri.scheme === proposedScheme ? uri.toString() : activeProposal()
    return address === undefined ? undefined : open.get(address)
  }

  function updateContext(): void {
    const active = activeProposal()
    void vscode.commands.executeCommand("setContext", contextKey, active !== undefined && open.has(active))
  }

  parts.add(
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const tab of closed) {
        const shown = open.get(addressOf(tab) ?? "")
        if (shown !== undefined) forget(shown)
      }
      updateContext()
    }),
  )
  parts.add(vscode.window.tabGroups.onDidChangeTabGroups(updateContext))
  // Tabs that VS Code kept from the last session: their proposals are gone.
  void vscode.window.tabGroups.close(proposalTabs(address => !open.has(address)))

  return {
    async show(edit) {
      const { path } = edit.type === "change" ? edit.document.uri : edit.uri
      const left = edit.type === "change" ? edit.document.uri : content.add(path, "")
      const right = content.add(path, edit.type === "change" ? changedText(edit) : edit.text)
      open.set(right.toString(), { edit, left, right })
      await setLanguage(right, edit.type === "change" ? edit.document.languageId : edit.languageId)
      const start = edit.type === "change" ? edit.range.start : new vscode.Position(0, 0)
      await vscode.commands.executeCommand(
        "vscode.diff",
        left,
        right,
        plain(`${edit.name}: ${fileName(right)} (proposed by Osprey)`),
        { preview: false, selection: new vscode.Range(start, start) },
      )
      updateContext()
    },
    async accept(uri) {
      const shown = find(uri)
      if (shown === undefined) return tell("There is no proposal of Osprey's in this tab.")
      const { edit } = shown
      if (edit.type === "newFile")
        return (await openNewFile(edit)) ? close(shown) : tell("The new file could not be opened.")
      const refusal = await applyChange(edit)
      if (refusal === "kept") return
      if (refusal !== undefined) return tell(refusal)
      await vscode.window.showTextDocument(edit.document, {
        preview: false,
        viewColumn: columnOf(edit.document.uri) ?? vscode.ViewColumn.Active,
        selection: new vscode.Range(edit.range.start, edit.range.start),
      })
      await close(shown)
    },
    async reject(uri) {
      const shown = find(uri)
      if (shown !== undefined) await close(shown)
    },
    dispose: () => parts.dispose(),
  }
}

type Change = Extract<ProposedEdit, { readonly type: "change" }>

/** Undefined: done. "kept": the user decided against it. Else why it can't be done. */
async function applyChange(edit: Change): Promise<string | undefined> {
  const { document, range, replacement } = edit
  const { uri } = document
  const refusal = (await whyUnchangeable(document)) ?? whyStale(edit)
  if (refusal !== undefined) return refusal
  if (classOfUri(uri) !== "normal") {
    if (!(await confirmProtected(uri))) return "kept"
    const later = await whyUnchangeable(document)
    if (later !== undefined) return later
  }
  // Nothing is awaited between this check and the edit; VS Code itself compares the version once more.
  const stale = whyStale(edit)
  if (stale !== undefined) return stale
  const change = new vscode.WorkspaceEdit()
  change.replace(uri, range, replacement)
  const applied = await vscode.workspace.applyEdit(change)
  return applied ? undefined : `${fileName(uri)} could not be changed. Nothing was applied.`
}

/** Changed since the user was shown the diff, or since the model was asked. */
export function whyStale({
  document,
  version,
  range,
  original,
}: Pick<Change, "document" | "version" | "range" | "original">): string | undefined {
  return document.version === version && document.getText(range) === original
    ? undefined
    : `${fileName(document.uri)} changed since Osprey read it, so nothing was applied. Ask again.`
}

function changedText({ document, range, replacement }: Change): string {
  const text = document.getText()
  return (
    text.slice(0, document.offsetAt(range.start)) + replacement + text.slice(document.offsetAt(range.end))
  )
}

async function setLanguage(uri: vscode.Uri, languageId: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri)
  if (document.languageId !== languageId) await vscode.languages.setTextDocumentLanguage(document, languageId)
}

function proposalTabs(isWanted: (address: string) => boolean): vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs)
  return tabs.filter(tab => {
    const address = addressOf(tab)
    return address !== undefined && isWanted(address)
  })
}

/** Where the file itself is open already. */
function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const isFile = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()
  return vscode.window.tabGroups.all.find(group => group.tabs.some(isFile))?.viewColumn
}

function activeProposal(): string | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab
  return tab === undefined ? undefined : addressOf(tab)
}

function addressOf({ input }: vscode.Tab): string | undefined {
  if (!(input instanceof vscode.TabInputTextDiff) || input.modified.scheme !== proposedScheme)
    return undefined
  return input.modified.toString()
}
