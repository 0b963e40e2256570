// The osprey's head, one path in the text's colour; the same as media's activity-bar icon.
import { html, type TemplateResult } from "lit"

/** `size` in CSS pixels. */
export function ospreyMark(size = 28): TemplateResult {
  return html`<svg class="mark" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true">
    <path
      fill="currentColor"
      d="M2.5 12.6C3 7 7.4 2.75 12.9 2.75c4.95 0 8.6 3.6 8.6 8.45 0 1.55-.3 3-.9 4.3-.2.45-.85.4-.95-.1-.35-1.7-1.35-2.8-2.9-3.25-.85 1-1.15 2.25-.95 3.7.2 1.6.85 3.1 1.8 4.6.25.35 0 .8-.45.8H3.7c-.3 0-.5-.2-.5-.5.05-1.75.3-3.35.8-4.85 4.8-.3 9.3-2.3 12.3-6.3-5-1.3-9.8-.2-13.8 3Z"
    />
  </svg>`
}
