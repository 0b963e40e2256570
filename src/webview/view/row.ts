// One step, one 24 px row that opens: icon, words, result at the right, chevron. Looks only; what
// stands in it is its callers' business.
import { html, nothing, type TemplateResult } from "lit"
import type { ViewContext } from "../pageAction.ts"
import { elementId, icon } from "./icon.ts"

export type RowParts = {
  readonly key: string
  readonly icon: TemplateResult
  readonly words: TemplateResult
  /** Right side; `strong`: in the text's own colour, for failures, and kept when the page is narrow. */
  readonly result?: string
  readonly strong?: boolean
  /** Open unless the user closed it. */
  readonly opensItself?: boolean
  readonly body: () => TemplateResult
}

export function row(parts: RowParts, context: ViewContext): TemplateResult {
  const open = context.open.has(parts.key) !== (parts.opensItself ?? false)
  const body = elementId("body", parts.key)
  return html`<button
      type="button"
      class="row"
      aria-expanded=${open ? "true" : "false"}
      aria-controls=${open ? body : nothing}
      @click=${() => context.act({ type: "toggle", key: parts.key })}
    >
      ${parts.icon}
      <span class="row-words">${parts.words}</span>
      ${rowResult(parts)} ${icon(open ? "chevron-down" : "chevron-right", "chevron")}
    </button>
    ${open ? html`<div class="row-body" id=${body}>${parts.body()}</div>` : nothing}`
}

/** A row that doesn't open: waiting, stopped. */
export function plainRow(parts: Pick<RowParts, "icon" | "words" | "result" | "strong">): TemplateResult {
  return html`<div class="row plain">
    ${parts.icon}
    <span class="row-words">${parts.words}</span>
    ${rowResult(parts)}
  </div>`
}

function rowResult({ result, strong }: Pick<RowParts, "result" | "strong">): TemplateResult | typeof nothing {
  if (result === undefined || result === "") return nothing
  return html`<span class="row-result ${strong === true ? "strong" : ""}">${result}</span>`
}
