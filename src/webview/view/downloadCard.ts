// A model's download as a card: how far it is and the buttons that fit, whatever it is doing. Cancelling asks once, in
// the card.
import "@vscode-elements/elements/dist/vscode-button/index.js"
import { html, nothing, type TemplateResult } from "lit"
import type {
  DownloadAction,
  DownloadPhase,
  DownloadRemedy,
  ModelDownload,
} from "../../protocol/modelDownload.ts"
import { amount, finishedPercent, pace, sizeOf, spokenProgress } from "../downloadFigures.ts"
import type { ViewContext } from "../pageAction.ts"
import { deleteQuestion } from "../pageState.ts"
import { icon, iconButton } from "./icon.ts"

type Phase<K extends DownloadPhase["kind"]> = Extract<DownloadPhase, { readonly kind: K }>

export function downloadCard(download: ModelDownload, context: ViewContext): TemplateResult {
  const { phase } = download
  if (phase.kind === "failed") return failedCard(phase, context)
  if (phase.kind === "ready") return readyCard(download.label, phase, context)
  const asks = context.open.has(deleteQuestion) && download.bytes > 0
  return html`<div class="card download" role="group" aria-labelledby="download-name">
    <div class="download-head">
      <h2 id="download-name">${download.label}</h2>
      ${asks ? nothing : headButtons(download, context)}
    </div>
    ${progress(download)}
    ${asks ? question(download.bytes, context) : words(download)}
  </div>`
}

function headButtons({ bytes, phase }: ModelDownload, context: ViewContext): TemplateResult {
  const cancel = () => (bytes > 0 ? toggleQuestion(context) : does("cancelDownload", context))
  return html`<div class="download-buttons">
    ${
      phase.kind === "paused"
        ? html`<vscode-button @click=${() => does("resumeDownload", context)}
            ><span slot="content-before" class="codicon codicon-play" aria-hidden="true"></span>Resume</vscode-button
          >`
        : phase.kind === "checking"
          ? nothing
          : iconButton("debug-pause", "Pause", () => does("pauseDownload", context))
    }
    ${iconButton("close", "Cancel", cancel)}
  </div>`
}

/** Values as attributes: the policy allows no style, and none is needed. */
function progress({ label, bytes, total, phase }: ModelDownload): TemplateResult {
  const isChecking = phase.kind === "checking"
  const value = isChecking ? phase.fraction : total === 0 ? 0 : bytes / total
  const left = phase.kind === "running" ? phase.secondsLeft : undefined
  const spoken = isChecking
    ? `checked ${finishedPercent(value)}`
    : total === 0
      ? "begins"
      : spokenProgress(bytes, total, left)
  return html`<progress
    class="download-bar ${phase.kind === "paused" ? "resting" : ""}"
    aria-label=${label}
    aria-valuetext=${spoken}
    max="1"
    value=${value.toFixed(4)}
  ></progress>`
}

function words({ bytes, total, phase }: ModelDownload): TemplateResult {
  const [left, right] = lines(bytes, total, phase)
  return html`<div class="download-words"><span>${left}</span><span class="download-pace">${right}</span></div>`
}

function lines(bytes: number, total: number, phase: DownloadPhase): readonly [string, string] {
  switch (phase.kind) {
    case "running":
      return [amount(bytes, total), pace(phase.bytesPerSecond, phase.secondsLeft)]
    case "waiting":
      return [amount(bytes, total), "Waiting for the connection…"]
    case "paused":
      return [total === 0 ? "Paused" : `Paused at ${amount(bytes, total)}`, ""]
    case "checking":
      return ["Checking the file (SHA-256)", finishedPercent(phase.fraction)]
    default:
      return ["Asking for the file…", ""]
  }
}

function question(bytes: number, context: ViewContext): TemplateResult {
  const answer = (action: DownloadAction) => {
    toggleQuestion(context)
    does(action, context)
  }
  return html`<p class="card-text" id="download-question">Delete the ${sizeOf(bytes)} already here?</p>
    <div class="card-buttons" role="group" aria-labelledby="download-question">
      <vscode-button secondary @click=${() => answer("pauseDownload")}>Keep them</vscode-button>
      <vscode-button secondary @click=${() => answer("cancelDownload")}>Delete</vscode-button>
    </div>`
}

const remedyLabels: Readonly<Record<DownloadRemedy, string>> = {
  resumeDownload: "Resume",
  downloadElsewhere: "Other folder…",
  downloadFromAddress: "Other address…",
  chooseFile: "Use a file…",
}

function failedCard({ title, sentence, remedies }: Phase<"failed">, context: ViewContext): TemplateResult {
  return html`<section class="card error download" role="group" aria-labelledby="download-name">
    <div class="card-head">
      ${icon("error", "bad")}
      <div>
        <h2 class="card-title" id="download-name">${title}</h2>
        <p class="card-text">${sentence}</p>
        <div class="card-buttons">
          ${remedies.map(
            (remedy, at) =>
              html`<vscode-button ?secondary=${at > 0} @click=${() => does(remedy, context)}
                >${remedyLabels[remedy]}</vscode-button
              >`,
          )}
        </div>
      </div>
      ${iconButton("close", "Close", () => does("closeDownload", context))}
    </div>
  </section>`
}

function readyCard(label: string, { figures }: Phase<"ready">, context: ViewContext): TemplateResult {
  return html`<section class="card download" role="group" aria-labelledby="download-name">
    <div class="card-head">
      ${icon("pass", "info")}
      <div>
        <h2 class="card-title" id="download-name">${label} is ready</h2>
        <p class="card-text">${figures ?? "It is checked and chosen. The first answer loads it into memory."}</p>
        <div class="card-buttons">
          <vscode-button @click=${() => does("closeDownload", context)}>Start a conversation</vscode-button>
        </div>
      </div>
    </div>
  </section>`
}

function toggleQuestion({ act }: ViewContext): void {
  act({ type: "toggle", key: deleteQuestion })
}

function does(action: DownloadAction | "chooseFile", { act }: ViewContext): void {
  act({ type: "post", message: { type: "action", does: action } })
}
