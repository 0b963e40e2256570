// One finding of the endpoint's check: what it is, why, what to type, and what happens until then.
import { html, nothing, type TemplateResult } from "lit"
import type { DoctorFinding } from "../../protocol/endpointPage.ts"
import type { ViewContext } from "../pageAction.ts"
import { remedyLines, remedyText } from "../remedyLines.ts"
import { severityWords } from "../reportText.ts"
import { copyButton, icon } from "./icon.ts"

const icons = {
  error: icon("error", "bad"),
  warning: icon("warning", "warn"),
  info: icon("info", "info"),
} as const

export function findingView(finding: DoctorFinding, context: ViewContext): TemplateResult {
  const { severity, title, reason, remedy, meanwhile } = finding
  return html`<li class="finding check-part">
    ${icons[severity]}
    <div>
      <h3 class="finding-title"><span class="only-heard">${severityWords[severity]}: </span>${title}</h3>
      ${reason === "" ? nothing : html`<p class="check-text">${reason}</p>`}
      ${remedy === undefined ? nothing : remedyBlock(finding.id, remedy, context)}
      ${meanwhile === undefined ? nothing : html`<p class="check-text">${meanwhile}</p>`}
    </div>
  </li>`
}

function remedyBlock(id: string, remedy: string, context: ViewContext): TemplateResult {
  return html`<div class="remedy" role="group" aria-label="Remedy">
    <code dir="ltr">${remedyLines(remedy).map(
      parts => html`<span class="remedy-line">${parts.map(part => html`<span>${part}</span> `)}</span>`,
    )}</code>
    ${copyButton(`remedy:${id}`, "Copy remedy", () => remedyText(remedy), context)}
  </div>`
}
