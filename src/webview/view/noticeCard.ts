// What went wrong or wants attention: title, one sentence that says what to do, buttons, and the server's own
// words on opening. The hidden live regions announce it; the card itself isn't live.
import "@vscode-elements/elements/dist/vscode-button/index.js"
import { html, nothing, type TemplateResult } from "lit"
import type { ViewToHost } from "../../protocol/chatProtocol.ts"
import type { Notice, NoticeAction, Turn } from "../../protocol/chatState.ts"
import type { ViewContext } from "../pageAction.ts"
import { elementId, icon } from "./icon.ts"
import { row } from "./row.ts"

/** `active`: the conversation can still go on from here; older notices have no buttons. */
export function noticeCard(
  notice: Notice,
  turn: Turn,
  active: boolean,
  context: ViewContext,
): TemplateResult {
  const isError = notice.kind === "error"
  const title = elementId("notice", turn.id)
  return html`<section class=${isError ? "card error" : "notice"} role="group" aria-labelledby=${title}>
    <div class="card-head">
      ${noticeIcon(notice, turn)}
      <div>
        <h2 class="card-title" id=${title}>${notice.title}</h2>
        <p class="card-text">${notice.sentence}</p>
        ${active ? noticeButtons(notice.actions, isError, turn.id, context) : nothing}
      </div>
    </div>
    ${notice.said === undefined || notice.said === "" ? nothing : said(notice.said, turn.id, context)}
  </section>`
}

function noticeIcon(notice: Notice, turn: Turn): TemplateResult {
  if (notice.kind === "error") return icon("error", "bad")
  if (notice.kind === "warning") return icon("warning", "warn")
  if (turn.status === "interrupted") return icon("debug-disconnect", "info")
  return icon(turn.status === "paused" ? "debug-pause" : "info", "info")
}

function noticeButtons(
  actions: readonly NoticeAction[],
  filled: boolean,
  turnId: string,
  context: ViewContext,
): TemplateResult | typeof nothing {
  if (actions.length === 0) return nothing
  return html`<div class="card-buttons">
    ${actions.map(
      ({ label, does }, index) =>
        html`<vscode-button
          ?secondary=${!(filled && index === 0)}
          @click=${() => context.act({ type: "post", message: messageOf(does, turnId) })}
          >${label}</vscode-button
        >`,
    )}
  </div>`
}

function messageOf(does: NoticeAction["does"], turnId: string): ViewToHost {
  switch (does) {
    case "retry":
    case "continue":
      return { type: does, turnId }
    case "newChat":
      return { type: "newChat" }
    default:
      return { type: "action", does }
  }
}

function said(text: string, turnId: string, context: ViewContext): TemplateResult {
  const status = /^\d{3}(?= )/.exec(text)?.[0]
  return html`<div class="said">
    ${row(
      {
        key: `said:${turnId}`,
        icon: icon("output"),
        words: html`What the server said`,
        ...(status === undefined ? {} : { result: status }),
        body: () =>
          html`<pre class="result" tabindex="0" role="region" aria-label="What the server said" dir="ltr">${text}</pre>`,
      },
      context,
    )}
  </div>`
}
