// One call of a tool: what was asked, how it went, and on opening the full truth as plain text.
import { html, nothing, type TemplateResult } from "lit"
import type { Step } from "../../protocol/chatState.ts"
import { duration, wholeSeconds } from "../figures.ts"
import type { ViewContext } from "../pageAction.ts"
import { copyButton, icon, spinner } from "./icon.ts"
import { row } from "./row.ts"

export type ToolStep = Extract<Step, { type: "tool" }>

export function toolRow(step: ToolStep, running: boolean, context: ViewContext): TemplateResult {
  const live = running && step.status === "running"
  return row(
    {
      key: step.id,
      icon: live ? spinner() : statusIcon(step),
      words: html`${live || step.status === "waiting" ? step.doing : step.did}
        <span class="object" dir="ltr">${step.object}</span>${
          step.range === undefined ? nothing : html` <span dir="ltr">${step.range}</span>`
        }`,
      result: live ? runningFor(context.now - step.startedAt) : outcome(step),
      strong: step.status === "failed",
      body: () => toolBody(step, context),
    },
    context,
  )
}

function statusIcon(step: ToolStep): TemplateResult {
  switch (step.status) {
    case "failed":
      return icon("error", "bad")
    case "refused":
      return icon("circle-slash")
    case "waiting":
      return icon(step.approval?.icon ?? "shield", "warn")
    default:
      return icon(step.icon)
  }
}

/** A second or two are nobody's business; then the row says that it lives. */
function runningFor(ms: number): string {
  return ms < 2_000 ? "" : wholeSeconds(ms)
}

function outcome(step: ToolStep): string {
  if (step.summary !== undefined) return step.summary
  if (step.status === "refused") return "You said no"
  if (step.status === "failed") return "Failed"
  if (step.status === "running") return "Not finished"
  return step.ms === undefined ? "" : duration(step.ms)
}

function toolBody(step: ToolStep, context: ViewContext): TemplateResult {
  return html`${
    step.arguments.length === 0
      ? nothing
      : html`<h3 class="part">Arguments</h3>
          <dl class="arguments" dir="ltr">
            ${step.arguments.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}
          </dl>`
  }
  ${
    step.result === undefined
      ? nothing
      : html`<h3 class="part">Result</h3>
          <pre class="result" tabindex="0" role="region" aria-label="Result of ${step.tool}" dir="ltr">${step.result}</pre>`
  }
    <div class="body-end">
      <span>${[step.tool, step.ms === undefined ? "" : duration(step.ms), step.extent ?? ""].filter(Boolean).join(" · ")}</span>
      ${step.result === undefined ? nothing : copyButton(`tool:${step.id}`, "Copy result", () => step.result ?? "", context)}
    </div>`
}
