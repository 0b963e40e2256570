// The page about one endpoint: what the check found, worst first, and what was seen there since. It covers the
// conversation, which goes on beneath it. The hidden live regions announce the verdict; the card itself isn't live.
import "@vscode-elements/elements/dist/vscode-button/index.js"
import { html, nothing, type TemplateResult } from "lit"
import type { ViewToHost } from "../../protocol/chatProtocol.ts"
import type { DoctorReport, EndpointPage } from "../../protocol/endpointPage.ts"
import type { Act, ViewContext } from "../pageAction.ts"
import { reportText, verdictLine } from "../reportText.ts"
import { findingView } from "./findingView.ts"
import { copyButton, icon, iconButton, spinner } from "./icon.ts"
import { seenHere } from "./seenHere.ts"

type Does = Extract<ViewToHost, { type: "action" }>["does"]

/** `asks`: a question waits in the conversation beneath. */
export function endpointView(page: EndpointPage, asks: boolean, context: ViewContext): TemplateResult {
  const { report } = page
  const running = report?.status === "running"
  const back = () => does("closeEndpointPage", context.act)
  return html`<section
    class="cover"
    aria-labelledby="endpoint-title"
    @keydown=${(event: KeyboardEvent) => leaveOnEscape(event, back)}
  >
    <div class="cover-column">
      <div class="cover-head">
        ${iconButton("arrow-left", "Back to the chat", back)}
        <h1 id="endpoint-title" tabindex="-1">Endpoint</h1>
      </div>
      ${asks ? question(back) : nothing}
      <section class="card check" aria-labelledby="endpoint-place" aria-busy=${running ? "true" : "false"}>
        <div class="check-head">
          <h2 id="endpoint-place" dir="ltr">${page.place}</h2>
          ${running || report === undefined ? nothing : copyButton("report", "Copy report", () => reportText(page, Date.now()), context)}
          ${report === undefined ? nothing : checkButton(running, context.act)}
        </div>
        <p class="check-text">${page.model} · ${page.preset}</p>
        <p class="check-text">${verdictLine(page, context.now)}</p>
        ${report === undefined ? firstCheck(context.act) : reportView(report, context)}
      </section>
      ${seenHere(page)}
    </div>
  </section>`
}

/** One element for both, so that the keyboard's place stays on it. */
function checkButton(running: boolean, act: Act): TemplateResult {
  return running
    ? iconButton("debug-stop", "Stop the check", () => does("stopCheck", act), "check-button")
    : iconButton("refresh", "Check again", () => does("checkEndpoint", act), "check-button")
}

function firstCheck(act: Act): TemplateResult {
  return html`<div class="check-part">
    <p class="check-text">
      A check sends a few short requests, some of them to the model, and says what works here and what to change.
    </p>
    <div class="card-buttons">
      <vscode-button @click=${() => does("checkEndpoint", act)}>Check this endpoint</vscode-button>
    </div>
  </div>`
}

function reportView(report: DoctorReport, context: ViewContext): TemplateResult {
  const { findings, passed, pending, outlook } = report
  return html`${
    findings.length === 0
      ? nothing
      : html`<ul class="findings" aria-label="Findings">
          ${findings.map(finding => findingView(finding, context))}
        </ul>`
  }
  ${
    passed.length + pending.length === 0
      ? nothing
      : html`<ul class="checks check-part" aria-label="Checks">
          ${passed.map(check => html`<li>${icon("check")}<span><span class="only-heard">Passed: </span>${check}</span></li>`)}
          ${pending.map(check => html`<li>${spinner()}<span>${check}<span class="only-heard">, running</span></span></li>`)}
        </ul>`
  }
  ${outlook.length === 0 ? nothing : html`<p class="outlook check-part">${outlook.join(" ")}</p>`}`
}

function question(back: () => void): TemplateResult {
  return html`<p class="cover-note">
    ${icon("question", "warn")}<span
      >Osprey asks something in the chat.
      <button type="button" class="link-button" @click=${back}>Go to the question</button></span
    >
  </p>`
}

function leaveOnEscape(event: KeyboardEvent, back: () => void): void {
  if (event.key !== "Escape" || event.defaultPrevented) return
  event.preventDefault()
  back()
}

function does(action: Does, act: Act): void {
  act({ type: "post", message: { type: "action", does: action } })
}
