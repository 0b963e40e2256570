// The page while no model is chosen: gpt-oss-20b with what this computer makes of it, and the other ways to start
//. One filled button; servers are looked for only when the user asks.
import "@vscode-elements/elements/dist/vscode-button/index.js"
import { html, nothing, type TemplateResult } from "lit"
import type { ViewToHost } from "../../protocol/chatProtocol.ts"
import type { ModelState } from "../../protocol/chatState.ts"
import { type ModelDownload, offeredModel } from "../../protocol/modelDownload.ts"
import type { FoundServer, ModelFit, ServerSearch } from "../../protocol/modelOffer.ts"
import type { ViewContext } from "../pageAction.ts"
import { downloadCard } from "./downloadCard.ts"
import { icon, iconButton, spinner } from "./icon.ts"
import { ospreyMark } from "./ospreyMark.ts"

type Does = Extract<ViewToHost, { type: "action" }>["does"]

export function welcome(
  { fit }: ModelState,
  servers: ServerSearch | undefined,
  download: ModelDownload | undefined,
  context: ViewContext,
): TemplateResult {
  if (download !== undefined) return gettingModel(download, context)
  const fits = fit === undefined || fit.verdict === "fits" || fit.verdict === "slow"
  return html`<section class="welcome" aria-labelledby="welcome-title">
    ${ospreyMark(32)}
    <h1 id="welcome-title">Choose a model</h1>
    <p class="welcome-text">
      Osprey runs gpt-oss on this computer or at an endpoint you choose. No account, no telemetry.
    </p>
    ${ownComputer(fit, fits, context)}
    <h2 class="welcome-group">Other ways to start</h2>
    <ul class="ways">
      ${way(
        {
          icon: "play-circle",
          title: "Use the demo model",
          text: "Included. Finds and quotes text in your files; it can’t explain or write code.",
          button: { label: "Start", does: "useDemo" },
        },
        context,
      )}
      ${way(
        {
          icon: "plug",
          title: "Connect an endpoint",
          text: "OpenRouter, Groq, vLLM or any OpenAI-compatible address.",
          button: { label: "Set up…", does: "connectEndpoint", filled: !fits },
        },
        context,
      )}
    </ul>
    ${servers?.found === undefined ? lookButton(servers?.looking === true, context) : foundServers(servers.found, servers.looking, context)}
  </section>`
}

/** While a model comes: its card, and what can be done until then. */
function gettingModel(download: ModelDownload, context: ViewContext): TemplateResult {
  return html`<section class="welcome" aria-labelledby="welcome-title">
    ${ospreyMark(32)}
    <h1 id="welcome-title">Getting ${download.label}</h1>
    <p class="welcome-text">You can close this view or restart VS Code; what is downloaded stays.</p>
    ${downloadCard(download, context)}
    <h2 class="welcome-group">Meanwhile</h2>
    <ul class="ways">
      ${way(
        {
          icon: "play-circle",
          title: "Try the demo model",
          text: "Same view, same tools, a very small model.",
          button: { label: "Start", does: "useDemo" },
        },
        context,
      )}
      ${way(
        {
          icon: "plug",
          title: "Connect an endpoint",
          text: "Work there until the download is done.",
          button: { label: "Set up…", does: "connectEndpoint" },
        },
        context,
      )}
      ${way(
        {
          icon: "file",
          title: "Use a file",
          text: "A model that is on this computer already.",
          button: { label: "Choose…", does: "chooseFile" },
        },
        context,
      )}
    </ul>
  </section>`
}

function ownComputer(fit: ModelFit | undefined, filled: boolean, context: ViewContext): TemplateResult {
  return html`<div class="card offer" role="group" aria-labelledby="offer-name">
    <div class="offer-head">
      <h2 id="offer-name">${offeredModel.label}</h2>
      <span class="offer-place">on this computer</span>
    </div>
    <p class="card-text">Chat, edits and ghost text, offline after one download.</p>
    ${fit === undefined ? nothing : fitLine(fit)}
    <div class="card-buttons">
      <vscode-button
        ?secondary=${!filled}
        aria-label="Download ${offeredModel.size}: ${offeredModel.label}"
        @click=${() => does("downloadModel", context)}
        >Download ${offeredModel.size}</vscode-button
      >
      <vscode-button secondary @click=${() => does("chooseFile", context)}>Use a file…</vscode-button>
    </div>
  </div>`
}

const fitIcons = {
  fits: icon("pass", "info"),
  slow: icon("info", "info"),
  noMemory: icon("warning", "warn"),
  noDisk: icon("warning", "warn"),
} as const

function fitLine({ verdict, sentence }: ModelFit): TemplateResult {
  return html`<p class="fit">${fitIcons[verdict]}<span>${sentence}</span></p>`
}

type Way = {
  readonly icon: string
  readonly title: string
  readonly text: string | TemplateResult
  readonly button?: { readonly label: string; readonly does: Does; readonly filled?: boolean }
}

function way({ icon: name, title, text, button }: Way, context: ViewContext): TemplateResult {
  return html`<li class="way">
    ${icon(name)}
    <div class="way-words">
      <div class="way-title">${title}</div>
      <div class="way-text">${text}</div>
    </div>
    ${
      button === undefined
        ? nothing
        : html`<vscode-button
            ?secondary=${button.filled !== true}
            aria-label="${button.label}: ${title}"
            @click=${() => does(button.does, context)}
            >${button.label}</vscode-button
          >`
    }
  </li>`
}

function lookButton(looking: boolean, context: ViewContext): TemplateResult {
  return html`<div class="look">
    <vscode-button secondary @click=${() => does("lookForServers", context)}>
      ${looking ? html`<span slot="content-before" class="spinner" aria-hidden="true"></span>` : nothing}${looking ? "Looking…" : "Look for local servers"}
    </vscode-button>
    <p class="way-text">Asks the usual ports of Ollama, LM Studio, llama-server and vLLM on this computer.</p>
  </div>`
}

function foundServers(found: readonly FoundServer[], looking: boolean, context: ViewContext): TemplateResult {
  return html`<div class="found-head">
      <h2 class="welcome-group found-title" id="found-title" tabindex="-1">Found on this computer</h2>
      ${looking ? html`<span class="icon-button">${spinner()}</span>` : iconButton("refresh", "Look again", () => does("lookForServers", context))}
    </div>
    ${
      found.length === 0
        ? html`<p class="way-text">
            No server answered. Start Ollama, LM Studio, llama-server or vLLM, then look again.
          </p>`
        : html`<ul class="ways" aria-labelledby="found-title">
            ${found.map(server => serverRow(server, context))}
          </ul>`
    }`
}

function serverRow(server: FoundServer, context: ViewContext): TemplateResult {
  const said = server.models.length === 0 ? (server.reason ?? "") : server.models.join(", ")
  return way(
    {
      icon: "server",
      title: server.name,
      text: html`<span dir="ltr">${server.place}</span> · ${said}`,
      ...(server.models.length > 0 && { button: { label: "Use", does: `use:${server.id}` } as const }),
    },
    context,
  )
}

function does(action: Does, { act }: ViewContext): void {
  act({ type: "post", message: { type: "action", does: action } })
}
