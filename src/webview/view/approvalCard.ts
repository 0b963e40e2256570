// A question only the user may answer. Refusing comes first and has the focus, neither button
// is filled, no key allows from elsewhere, and no text of the model's stands in title or sentence.
import "@vscode-elements/elements/dist/vscode-button/index.js"
import { html, nothing, type TemplateResult } from "lit"
import type { Approval } from "../../protocol/chatState.ts"
import type { Act, ViewContext } from "../pageAction.ts"
import { elementId, icon } from "./icon.ts"
import { row } from "./row.ts"

type Argument = { readonly name: string; readonly value: string }

export function approvalCard(
  stepId: string,
  approval: Approval,
  args: readonly Argument[],
  context: ViewContext,
): TemplateResult {
  const [title, text, facts] = ["title", "text", "facts"].map(part => elementId(`ask-${part}`, stepId))
  const answer = (allow: boolean) => () => context.act({ type: "answer", stepId, allow })
  return html`<section
    class="card ask"
    role="alertdialog"
    aria-modal="true"
    aria-labelledby=${title ?? nothing}
    aria-describedby="${text} ${facts}"
    data-step=${stepId}
    @keydown=${(event: KeyboardEvent) => keepInside(event, stepId, context.act)}
  >
    <div class="card-head">
      ${icon(approval.icon, "warn")}
      <div>
        <h2 class="card-title" id=${title ?? nothing}>${approval.title}</h2>
        <p class="card-text" id=${text ?? nothing}>${approval.sentence}</p>
      </div>
    </div>
    <dl class="facts" id=${facts ?? nothing}>
      ${approval.facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd class=${isCode(value) ? "mono" : ""} dir="ltr">${value}</dd></div>`)}
    </dl>
    ${args.length === 0 ? nothing : allArguments(stepId, args, context)}
    <div class="card-buttons">
      <vscode-button secondary tabindex="0" class="refuse" @click=${answer(false)}>${approval.refuseLabel}</vscode-button>
      <vscode-button secondary tabindex="0" class="allow" @click=${answer(true)}>${approval.allowLabel}</vscode-button>
    </div>
  </section>`
}

function allArguments(stepId: string, args: readonly Argument[], context: ViewContext): TemplateResult {
  return row(
    {
      key: `ask:${stepId}`,
      icon: icon("json"),
      words: html`All arguments`,
      body: () =>
        html`<dl class="arguments" dir="ltr">
          ${args.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}
        </dl>`,
    },
    context,
  )
}

/** Paths and names are set in the editor's font, words in the page's. */
function isCode(value: string): boolean {
  return /[\\/]|^\S+$/.test(value)
}

/** Tab goes round inside the card; Escape refuses. */
function keepInside(event: KeyboardEvent, stepId: string, act: Act): void {
  if (event.key === "Escape") {
    event.preventDefault()
    event.stopPropagation()
    act({ type: "answer", stepId, allow: false })
  }
  if (event.key !== "Tab" || !(event.currentTarget instanceof HTMLElement)) return
  const stops = [
    ...event.currentTarget.querySelectorAll<HTMLElement>("button, vscode-button, [tabindex='0']"),
  ]
  const edge = event.shiftKey ? stops[0] : stops.at(-1)
  if (document.activeElement !== edge) return
  event.preventDefault()
  const other = event.shiftKey ? stops.at(-1) : stops[0]
  other?.focus()
}
