// Ghost text's door to VS Code: a keystroke in, at most one item out. Checks that the document is still the one the
// suggestion was made for; everything else is completion/suggest.ts.
import * as vscode from "vscode"
import { prepareAhead } from "../completion/prepareAhead.ts"
import { type SuggestParts, suggest } from "../completion/suggest.ts"
import type { NoSuggestion, Suggestion } from "../completion/suggestion.ts"
import { documentRequest } from "./documentRequest.ts"
import type { DocumentTracker } from "./documentTracker.ts"

type ProviderOptions = {
  readonly parts: SuggestParts
  readonly tracker: DocumentTracker
  /** Waited for before anything is read ahead. */
  readonly settled: () => Promise<unknown>
  /** Called when a keystroke is taken up; what it returns is called with the outcome. */
  readonly onAsked: () => (outcome: Suggestion | NoSuggestion) => void
}

export function inlineCompletionProvider({
  parts,
  tracker,
  settled,
  onAsked,
}: ProviderOptions): vscode.InlineCompletionItemProvider {
  let reading: AbortController | undefined
  tracker.onRest(async ({ document, selection }) => {
    reading?.abort()
    reading = new AbortController()
    const { signal } = reading
    const fullPaths = tracker.fullPaths(document)
    const request = documentRequest(document, selection.active, { trigger: "automatic", fullPaths })
    await settled()
    await prepareAhead(request, parts, signal)
  })

  return {
    async provideInlineCompletionItems(document, position, context, token) {
      const { version } = document
      const request = documentRequest(document, position, {
        trigger: context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke ? "invoked" : "automatic",
        fullPaths: tracker.fullPaths(document),
        selected: context.selectedCompletionInfo,
      })
      const answered = onAsked()
      const outcome = await suggest(request, parts, signalOf(token))
      answered(outcome)
      // Ghost text for another version would show a text that nobody suggested there.
      if (outcome.type === "none" || token.isCancellationRequested || document.version !== version)
        return undefined
      const end = position.translate(0, outcome.replaces)
      const start = context.selectedCompletionInfo?.range.start ?? position
      const replaced = request.selected?.replaces ?? ""
      return [new vscode.InlineCompletionItem(replaced + outcome.text, new vscode.Range(start, end))]
    },
  }
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const abort = new AbortController()
  if (token.isCancellationRequested) abort.abort()
  else token.onCancellationRequested(() => abort.abort())
  return abort.signal
}
