// Where the user writes: a real textarea, the model's name, and one filled button. Messages that
// wait for the running turn stand in a strip above.
import { html, nothing, type TemplateResult } from "lit"
import { live } from "lit/directives/live.js"
import type { ViewContext } from "../pageAction.ts"
import { isBusy, type PageState, pendingApproval } from "../pageState.ts"
import { icon, iconButton } from "./icon.ts"

export const composerId = "composer"

export function composer(page: PageState, context: ViewContext): TemplateResult {
  return html`${page.model?.kind === "demo" ? demoLine(context) : nothing} ${queueStrip(page.queue, context)}
    <div class="composer">
      <textarea
        id=${composerId}
        rows="2"
        dir="auto"
        aria-label="Message"
        placeholder=${placeholder(page)}
        .value=${live(page.draft)}
        @input=${(event: Event) => draft(event, context)}
        @keydown=${(event: KeyboardEvent) => composerKey(event, page, context)}
      ></textarea>
      <div class="bar">${modelButton(page, context)}${endpointButton(page, context)}<span class="space"></span>${sendButtons(page, context)}</div>
    </div>`
}

function placeholder(page: PageState): string {
  if (pendingApproval(page) !== undefined) return "Waiting for your answer above"
  return isBusy(page) ? "Write the next message while Osprey works" : "Ask about your code"
}

function draft(event: Event, { act }: ViewContext): void {
  if (event.target instanceof HTMLTextAreaElement) act({ type: "draft", text: event.target.value })
}

function composerKey(event: KeyboardEvent, page: PageState, { act }: ViewContext): void {
  // 229: some input methods say so instead of setting isComposing on the key that ends the composition.
  if (event.isComposing || event.keyCode === 229) return
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    event.preventDefault()
    act({ type: "send" })
  }
  const walks = page.recalled > 0 || page.draft === ""
  if (event.key === "ArrowUp" && walks) {
    event.preventDefault()
    act({ type: "recall", step: 1 })
  }
  if (event.key === "ArrowDown" && page.recalled > 0) {
    event.preventDefault()
    act({ type: "recall", step: -1 })
  }
}

function modelButton({ model }: PageState, { act }: ViewContext): TemplateResult {
  const label = model?.label ?? ""
  const choose = () => act({ type: "post", message: { type: "action", does: "chooseModel" } })
  const name = model === undefined || model.kind === "none" ? "Choose model" : label
  const title =
    model === undefined || model.kind === "none"
      ? "Choose a model"
      : `${label}, ${model.place}. Choose a model`
  return html`<button type="button" class="bar-button" title=${title} @click=${choose}>
    <span class="bar-label">${name}</span>${icon("chevron-down", "chevron")}
  </button>`
}

/** What is known of the endpoint: its check, its record, its account. */
function endpointButton({ model }: PageState, { act }: ViewContext): TemplateResult | typeof nothing {
  if (model?.kind !== "hosted") return nothing
  const open = () => act({ type: "post", message: { type: "action", does: "openEndpointPage" } })
  return iconButton("plug", `About the endpoint ${model.place}`, open)
}

/** Empty: Send, disabled. Busy and empty: Stop, filled. Busy with text: Stop quiet, Send filled. */
function sendButtons(page: PageState, { act }: ViewContext): TemplateResult {
  const busy = isBusy(page)
  const hasText = page.draft.trim() !== ""
  const stop = () => act({ type: "post", message: { type: "stop" } })
  const sendLabel = busy ? "Add to queue" : "Send"
  return html`${busy ? iconButton("debug-stop", "Stop", stop, hasText ? "" : "filled") : nothing}
  ${
    busy && !hasText
      ? nothing
      : html`<button
          type="button"
          class="icon-button send ${hasText ? "filled" : ""}"
          title=${sendLabel}
          aria-label=${sendLabel}
          ?disabled=${!hasText}
          @click=${() => act({ type: "send" })}
        >
          ${icon("send")}
        </button>`
  }`
}

function queueStrip(queue: readonly string[], { act }: ViewContext): TemplateResult | typeof nothing {
  if (queue.length === 0) return nothing
  return html`<ul class="queue" aria-label="Waiting messages">
    ${queue.map(
      (text, index) =>
        html`<li>
          ${icon("list-ordered")}
          <span class="queue-text">${index === 0 ? "Next:" : "Then:"} <span class="object" dir="auto">${text}</span></span>
          ${iconButton("edit", "Edit waiting message", () => act({ type: "editQueued", index }))}
          ${iconButton("close", "Remove waiting message", () => act({ type: "removeQueued", index }))}
        </li>`,
    )}
  </ul>`
}

/** The demo model must not be taken for gpt-oss: one sentence says what it can't do. */
function demoLine({ act }: ViewContext): TemplateResult {
  const choose = () => act({ type: "post", message: { type: "action", does: "chooseModel" } })
  return html`<p class="demo-line">
    The demo model finds and quotes text in your files; it can’t explain or write code.
    <button type="button" class="link-button" @click=${choose}>Choose a model…</button>
  </p>`
}
