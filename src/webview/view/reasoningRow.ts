// What the model thought, folded to one row; live it counts seconds and tokens.
import { html, nothing, type TemplateResult } from "lit"
import type { Step } from "../../protocol/chatState.ts"
import { counted, duration, wholeSeconds } from "../figures.ts"
import type { ViewContext } from "../pageAction.ts"
import { icon, spinner } from "./icon.ts"
import { row } from "./row.ts"

type ReasoningStep = Extract<Step, { type: "reasoning" }>

export function reasoningRow(step: ReasoningStep, live: boolean, context: ViewContext): TemplateResult {
  const words = live
    ? html`<span class="object numbers">Thinking… ${wholeSeconds(context.now - step.startedAt)}</span>`
    : html`<span class="object">Thought${step.ms === undefined ? nothing : ` for ${thoughtFor(step.ms)}`}</span>`
  return row(
    {
      key: step.id,
      icon: live ? spinner() : icon("thinking"),
      words,
      result: counted(step.tokens, "token"),
      opensItself: context.showReasoning,
      body: () => thoughts(step.text, live),
    },
    context,
  )
}

/** Plain text, newest in sight while it comes. */
function thoughts(text: string, live: boolean): TemplateResult {
  const paragraphs = text.trim().split(/\n{2,}/)
  const last = paragraphs.length - 1
  return html`<div class="thoughts ${live ? "live" : ""}" tabindex="0" role="region" aria-label="Reasoning">
    <div>
      ${paragraphs.map((paragraph, index) => html`<p dir="auto">${paragraph}${live && index === last ? caret() : nothing}</p>`)}
    </div>
  </div>`
}

/** Where the text grows. */
export function caret(): TemplateResult {
  return html`<span class="caret" aria-hidden="true"></span>`
}

function thoughtFor(ms: number): string {
  return ms < 950 ? duration(ms) : wholeSeconds(ms)
}
