// Why nothing is streamed yet, with figures where there are some.
import { html, type TemplateResult } from "lit"
import type { Turn } from "../../protocol/chatState.ts"
import { count, wholeSeconds } from "../figures.ts"
import { spinner } from "./icon.ts"
import { plainRow } from "./row.ts"

/** The row of a running turn, or undefined while something else on the page shows that it works. */
export function waitingRow(turn: Turn, now: number): TemplateResult | undefined {
  if (turn.status !== "running") return undefined
  const { waiting } = turn
  if (waiting === undefined) return isLive(turn) ? undefined : thinking()
  switch (waiting.stage) {
    case "loading":
      return plainRow({
        icon: spinner(),
        words: html`Loading <span class="object">${waiting.label}</span>`,
        result: loadingTime(now - waiting.startedAt, waiting.fraction),
      })
    case "reading":
      return plainRow({
        icon: spinner(),
        words: html`Reading the conversation`,
        result: waiting.total === 0 ? "" : `${count(waiting.done)} of ${count(waiting.total)}`,
      })
    case "queued":
      return plainRow({
        icon: spinner(),
        words: waiting.for === "ghostText" ? html`Waiting for ghost text` : html`Waiting for another answer`,
      })
    case "retrying":
      return plainRow({
        icon: spinner(),
        words: html`Asked to wait, trying again`,
        result: `in ${wholeSeconds(Math.max(0, waiting.until - now))}`,
      })
    case "thinking":
      return thinking()
  }
}

function thinking(): TemplateResult {
  return plainRow({ icon: spinner(), words: html`Thinking…` })
}

/** "6 s of about 9 s", once enough is loaded to tell. */
function loadingTime(elapsed: number, fraction: number): string {
  if (elapsed < 1_000) return ""
  if (fraction < 0.1 || fraction >= 1) return wholeSeconds(elapsed)
  return `${wholeSeconds(elapsed)} of about ${wholeSeconds(elapsed / fraction)}`
}

function isLive(turn: Turn): boolean {
  const last = turn.steps.at(-1)
  if (last === undefined) return false
  if (last.type === "reasoning") return last.ms === undefined
  if (last.type === "tool") return last.status === "running" || last.status === "waiting"
  return last.type === "text" || last.type === "preamble"
}
