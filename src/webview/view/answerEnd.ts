// Below a finished answer: its buttons and one line of figures. Parts without a figure are left out, and those that
// Osprey counted itself, where the endpoint didn't, say "about".
import { html, nothing, type TemplateResult } from "lit"
import type { Turn, TurnMeta } from "../../protocol/chatState.ts"
import { cost, count, counted, duration, percent, speed } from "../figures.ts"
import type { ViewContext } from "../pageAction.ts"
import { copyButton, icon, iconButton } from "./icon.ts"
import { plainRow } from "./row.ts"

/** Only the last answer can be given again. */
export function answerEnd(
  turn: Turn,
  { isLast, conversationCost }: AnswerPlace,
  context: ViewContext,
): TemplateResult {
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
      ${turn.meta === undefined ? nothing : metaLine(metaParts(turn.status === "stopped" ? { ...turn.meta, tokens: 0 } : turn.meta), conversationCost)}
    </div>`
}

type AnswerPlace = { readonly isLast: boolean; readonly conversationCost: number | undefined }

export function metaParts(meta: TurnMeta): readonly string[] {
  const about = meta.isEstimate === true ? "about " : ""
  const parts = [
    meta.model,
    meta.provider ?? "",
    meta.tokensPerSecond === undefined ? "" : about + speed(meta.tokensPerSecond),
    meta.firstTokenMs === undefined ? "" : `${duration(meta.firstTokenMs)} to first token`,
    meta.tokens === 0 ? "" : about + generated(meta),
    readPart(meta, about),
    meta.cost === undefined ? "" : cost(meta.cost),
  ]
  return parts.filter(part => part !== "")
}

/** "1,204 tokens, 812 of them reasoning" */
function generated({ tokens, reasoningTokens = 0 }: TurnMeta): string {
  const all = counted(tokens, "token")
  return reasoningTokens === 0 ? all : `${all}, ${count(reasoningTokens)} of them reasoning`
}

/** "11,900 read, 96 % reused" */
function readPart({ promptTokens, reused }: TurnMeta, about: string): string {
  const parts = [
    promptTokens === undefined ? "" : `${about}${count(promptTokens)} read`,
    reused === undefined ? "" : `${percent(reused)} reused`,
  ]
  return parts.filter(part => part !== "").join(", ")
}

function metaLine(parts: readonly string[], conversationCost: number | undefined): TemplateResult {
  const inAll =
    conversationCost === undefined
      ? nothing
      : html`<span title="All answers of this conversation">${cost(conversationCost)} in all</span>`
  return html`<p class="meta"><span class="meta-parts">${parts.map(part => html`<span>${part}</span> `)}${inAll}</span></p>`
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
