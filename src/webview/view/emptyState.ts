// A new conversation: what is asked of the user, a few ways to begin, three keys. Suggestions fill
// the composer; they don't send.
import { html, nothing, type TemplateResult } from "lit"
import type { ModelState } from "../../protocol/chatState.ts"
import type { ModelDownload } from "../../protocol/modelDownload.ts"
import type { ViewContext } from "../pageAction.ts"
import { downloadCard } from "./downloadCard.ts"
import { icon } from "./icon.ts"
import { ospreyMark } from "./ospreyMark.ts"

type Suggestion = { readonly icon: string; readonly verb: string; readonly object: string }

const suggestions: readonly Suggestion[] = [
  { icon: "lightbulb", verb: "Explain", object: "this project" },
  { icon: "book", verb: "Summarise", object: "README.md" },
  { icon: "search", verb: "Find every", object: "TODO" },
  { icon: "beaker", verb: "Say what", object: "the tests leave out" },
]

/** What the demo model was trained for. */
const demoSuggestions: readonly Suggestion[] = [
  { icon: "file", verb: "What is the first line of", object: "README.md?" },
  { icon: "folder", verb: "List the files in", object: "this folder" },
  { icon: "search", verb: "Search for", object: "TODO" },
]

export function emptyState(
  model: ModelState,
  download: ModelDownload | undefined,
  context: ViewContext,
): TemplateResult {
  return html`<section class="empty" aria-label="New conversation">
    ${download === undefined ? nothing : html`<div class="empty-download">${downloadCard(download, context)}</div>`}
    <div class="empty-head">
      ${ospreyMark()}
      <div>
        <h1>What are we working on?</h1>
        <p>${model.label}, ${model.kind === "hosted" ? `at ${model.place}` : model.place}</p>
      </div>
    </div>
    <ul class="suggestions">
      ${(model.kind === "demo" ? demoSuggestions : suggestions).map(suggestion => suggestionRow(suggestion, context))}
    </ul>
    <p class="keys">
      ${keyHint("Enter", "send")} ${keyHint("⇧ Enter", "new line")} ${keyHint("↑", "earlier messages")}
    </p>
  </section>`
}

function suggestionRow({ icon: name, verb, object }: Suggestion, { act }: ViewContext): TemplateResult {
  return html`<li>
    <button type="button" class="suggestion" @click=${() => act({ type: "suggest", text: `${verb} ${object}` })}>
      ${icon(name)}<span>${verb} <span class="object">${object}</span></span>
    </button>
  </li>`
}

function keyHint(key: string, meaning: string): TemplateResult {
  return html`<span><kbd>${key}</kbd> ${meaning}</span>`
}
