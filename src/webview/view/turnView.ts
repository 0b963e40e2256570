// One turn: what the user wrote in a box, and the answer as plain text on the page.
import { html, nothing, type TemplateResult } from "lit"
import type { Turn } from "../../protocol/chatState.ts"
import type { ViewContext } from "../pageAction.ts"
import { answerEnd } from "./answerEnd.ts"
import { copyButton } from "./icon.ts"
import { noticeCard } from "./noticeCard.ts"
import { stepsView } from "./stepsView.ts"
import { waitingRow } from "./waitingRow.ts"

export type TurnPlace = {
  readonly isLast: boolean
  readonly folded: boolean
  /** US dollars, of the last turn and only where there is more than its own. */
  readonly conversationCost: number | undefined
}

export function turnView(turn: Turn, place: TurnPlace, context: ViewContext): TemplateResult {
  const { isLast, folded } = place
  const running = turn.status === "running"
  const waits = waitingRow(turn, context.now)
  return html`<div class="turn ${running ? "running" : "done"}" data-turn=${turn.id}>
    <article class="you" aria-label="You" tabindex="-1">${yourMessage(turn, context)}</article>
    <article
      class="answer"
      aria-label=${answerLabel(turn)}
      aria-busy=${running ? "true" : "false"}
      tabindex=${isLast ? "0" : "-1"}
    >
      ${stepsView(turn, folded, context)} ${waits === undefined ? nothing : html`<div class="step row-step">${waits}</div>`}
      ${turn.notice === undefined ? nothing : html`<div class="step">${noticeCard(turn.notice, turn, isLast, context)}</div>`}
      ${running ? nothing : answerEnd(turn, place, context)}
    </article>
  </div>`
}

function yourMessage(turn: Turn, context: ViewContext): TemplateResult {
  const key = `message:${turn.id}`
  const long = turn.text.split("\n").length > 12 || turn.text.length > 700
  const open = context.open.has(key)
  return html`<div class="bubble">
      <p class="bubble-text ${long && !open ? "cut" : ""}" dir="auto">${turn.text}</p>
      ${
        long
          ? html`<button
              type="button"
              class="link-button"
              aria-expanded=${open ? "true" : "false"}
              @click=${() => context.act({ type: "toggle", key })}
            >
              ${open ? "Show less" : "Show all"}
            </button>`
          : nothing
      }
    </div>
    <div class="you-buttons">${copyButton(`you:${turn.id}`, "Copy message", () => turn.text, context)}</div>`
}

function answerLabel(turn: Turn): string {
  const who = turn.meta?.model ?? "Osprey"
  const state = { running: "answering", done: "complete", stopped: "stopped", paused: "paused" } as const
  return `${who}, ${turn.status === "failed" || turn.status === "interrupted" ? turn.status : state[turn.status]}`
}
