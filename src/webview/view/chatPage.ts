// The whole page: the log that scrolls and the dock that stays. Draws what it is given; turns that
// didn't change aren't looked at again.
import { html, nothing, type TemplateResult } from "lit"
import { guard } from "lit/directives/guard.js"
import { repeat } from "lit/directives/repeat.js"
import type { ViewContext } from "../pageAction.ts"
import {
  conversationCost,
  drawnTurns,
  isBusy,
  type PageState,
  pendingApproval,
  showsWelcome,
} from "../pageState.ts"
import { composer } from "./composer.ts"
import { emptyState } from "./emptyState.ts"
import { endpointView } from "./endpointView.ts"
import { icon } from "./icon.ts"
import { turnView } from "./turnView.ts"
import { welcome } from "./welcome.ts"

/** Where the reader is: at the end, or above it with or without text that came since. */
export type ReadingPlace = "end" | "above" | "aboveNew"

export function chatPage(page: PageState, place: ReadingPlace, context: ViewContext): TemplateResult {
  const covered = page.endpoint === undefined ? "" : "covered"
  return html`<div class="log ${covered}" role="log" aria-live="off" aria-label="Conversation" tabindex="-1">
      <div class="turns">${logView(page, context)}</div>
    </div>
    <div class="dock ${covered}" ?hidden=${showsWelcome(page)}>
      ${place === "end" ? nothing : toEnd(place, context)}
      ${showsWelcome(page) ? nothing : composer(page, context)}
    </div>
    ${page.endpoint === undefined ? nothing : endpointView(page.endpoint, pendingApproval(page) !== undefined, context)}`
}

function logView(page: PageState, context: ViewContext): TemplateResult | typeof nothing {
  if (page.chat === undefined || page.model === undefined) return nothing
  const { turns } = page.chat
  const offer = showsWelcome(page) ? welcome(page.model, page.servers, page.download, context) : nothing
  if (turns.length === 0)
    return offer === nothing && !isBusy(page) ? emptyState(page.model, page.download, context) : offer
  const shown = drawnTurns(page)
  const last = turns.at(-1)
  const spent = conversationCost(turns)
  return html`${shown.length < turns.length ? earlier(turns.length - shown.length, context) : nothing}
  ${repeat(
    shown,
    turn => turn.id,
    turn => {
      const isLast = turn === last
      const where = {
        isLast,
        folded: page.folded.has(turn.id),
        conversationCost: isLast ? spent : undefined,
      }
      const clock = turn.status === "running" ? context.now : 0
      const depends = [
        turn,
        where.isLast,
        where.folded,
        where.conversationCost,
        clock,
        context.open,
        context.showReasoning,
        context.copied,
        context.highlight,
      ]
      return html`${guard(depends, () => turnView(turn, where, context))}`
    },
  )}
  ${offer}`
}

function earlier(count: number, { act }: ViewContext): TemplateResult {
  return html`<button type="button" class="link-button earlier" @click=${() => act({ type: "showEarlier" })}>
    Show ${count} earlier ${count === 1 ? "message" : "messages"}
  </button>`
}

function toEnd(place: ReadingPlace, { act }: ViewContext): TemplateResult {
  const label = place === "aboveNew" ? "To the end, new text arrived" : "To the end"
  return html`<button type="button" class="to-end" title="To the end" aria-label=${label} @click=${() => act({ type: "toEnd" })}>
    ${icon("arrow-down")}${place === "aboveNew" ? html`<span class="dot"></span>` : nothing}
  </button>`
}
