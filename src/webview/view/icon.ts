// Codicons and the small buttons that carry one. Icons are decoration; the words are in the label.
import { html, type TemplateResult } from "lit"
import type { ViewContext } from "../pageAction.ts"

/** `extra`: further class names, such as "warn". */
export function icon(name: string, extra = ""): TemplateResult {
  return html`<span class="codicon codicon-${name} ${extra}" aria-hidden="true"></span>`
}

export function spinner(): TemplateResult {
  return html`<span class="spinner" aria-hidden="true"></span>`
}

export function iconButton(name: string, label: string, press: () => void, extra = ""): TemplateResult {
  return html`<button type="button" class="icon-button ${extra}" title=${label} aria-label=${label} @click=${press}>
    ${icon(name)}
  </button>`
}

/** `key` is unique on the page; the button shows a check for a moment after it was pressed. */
export function copyButton(
  key: string,
  label: string,
  text: () => string,
  context: ViewContext,
): TemplateResult {
  const press = () => context.act({ type: "copy", key, text: text() })
  return iconButton(context.copied === key ? "check" : "copy", label, press)
}

/** An id that is valid in aria-controls, from a key of the host's. */
export function elementId(prefix: string, key: string): string {
  return `${prefix}-${key.replace(/[^\w-]/g, "_")}`
}
