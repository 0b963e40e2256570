// Below a finished answer: its buttons and one line of figures. Parts without a figure are left out.
import { html, nothing, type TemplateResult } from "lit"
import type { Turn, TurnMeta } from "../../protocol/chatState.ts"
import { cost, counted, duration, percent, speed } from "../figures.ts"
import type { ViewContext } from "../pageAction.ts"
import { copyButton, icon, iconButton } from "./icon.ts"
import { plainRow } from "./row.ts"

/** `isLast`: only the last answer can be given again. */
export function answerEnd(turn: Turn, isLast: boolean, context: ViewContext): TemplateResult {
  const text = answerText(turn)
  const again = () => context.act({ type: "post", message: { type: "retry", turnId: turn.id } })
  return html`${turn.status === "stopped" ? stoppedRow(turn.meta) : nothing}
    <div class="answer-end">
      ${
        turn.notice !== undefined || (text === "" && !isLast)
          ? nothing
          : html`<div class="answer-buttons">
              ${text === "" ? nothing : copyButton(`answer:${turn.id}`, "Copy answer", () => text, context)}
              ${isLast ? iconButton("refresh", "Answer again", again) : nothing}
            </div>`
      }
      ${turn.meta === undefined ? nothing : metaLine(turn.status === "stopped" ? { ...turn.meta, tokens: 0 } : turn.meta)}
    </div>`
}

export function metaParts(meta: TurnMeta): readonly string[] {
  const parts = [
    meta.model,
    meta.tokensPerSecond === undefined ? "" : speed(meta.tokensPerSecond),
    meta.firstTokenMs === undefined ? "" : `${duration(meta.firstTokenMs)} to first token`,
    meta.tokens === 0 ? "" : counted(meta.tokens, "token"),
    meta.reused === undefined ? "" : `${percent(meta.reused)} reused`,
    meta.cost === undefined ? "" : cost(meta.cost),
  ]
  return parts.filter(part => part !== "")
}

function metaLine(meta: TurnMeta): TemplateResult {
  return html`<p class="meta"><span class="meta-parts">${metaParts(meta).map(part => html`<span>${part}</span> `)}</span></p>`
}

function stoppedRow(meta: TurnMeta | undefined): TemplateResult {
  return plainRow({
    icon: icon("debug-stop"),
    words: html`Stopped by you`,
    ...(meta === undefined || meta.tokens === 0 ? {} : { result: counted(meta.tokens, "token") }),
  })
}

function answerText(turn: Turn): string {
  return turn.steps
    .filter(step => step.type === "text")
    .map(step => step.text)
    .join("\n\n")
    .trim()
}
