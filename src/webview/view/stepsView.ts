// A turn's steps in their order: rows, plain sentences, the answer, questions. Folds finished tool rows to one
// row. Each step keeps its own DOM while others come.
import { html, nothing, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { Step, Turn } from "../../protocol/chatState.ts"
import { counted, duration } from "../figures.ts"
import type { ViewContext } from "../pageAction.ts"
import { approvalCard } from "./approvalCard.ts"
import { icon } from "./icon.ts"
import { markdownView } from "./markdownView.ts"
import { reasoningRow } from "./reasoningRow.ts"
import { row } from "./row.ts"
import { toolRow } from "./toolRow.ts"

type Item = { readonly key: string; readonly kind: "row" | "block"; readonly view: () => TemplateResult }

export function stepsView(turn: Turn, folded: boolean, context: ViewContext): TemplateResult {
  return stepItems(
    foldRange(turn, folded) === undefined
      ? turn.steps.map(step => itemOf(step, turn, context))
      : foldedItems(turn, foldRange(turn, folded) ?? [0, 0], context),
  )
}

function stepItems(items: readonly Item[]): TemplateResult {
  return html`${repeat(
    items,
    item => item.key,
    item => html`<div class="step ${item.kind}-step">${item.view()}</div>`,
  )}`
}

function itemOf(step: Step, turn: Turn, context: ViewContext): Item {
  const running = turn.status === "running"
  const last = turn.steps.at(-1) === step
  switch (step.type) {
    case "reasoning": {
      const live = running && last && step.ms === undefined
      return { key: step.id, kind: "row", view: () => reasoningRow(step, live, context) }
    }
    case "tool": {
      const { approval } = step
      if (running && step.status === "waiting" && approval !== undefined) {
        return {
          key: step.id,
          kind: "block",
          view: () => approvalCard(step.id, approval, step.arguments, context),
        }
      }
      return { key: step.id, kind: "row", view: () => toolRow(step, running, context) }
    }
    case "preamble":
      return {
        key: step.id,
        kind: "block",
        view: () => html`<p class="preamble" dir="auto">${step.text}</p>`,
      }
    case "text":
      return {
        key: step.id,
        kind: "block",
        view: () => markdownView(step.id, step.text, running && last, context),
      }
    case "repaired":
      // Hidden unless asked for; there is no place to ask yet.
      return { key: step.id, kind: "row", view: () => html`${nothing}` }
  }
}

/** First and last (exclusive) step of what folds: everything between the first thought and the answer. */
function foldRange(turn: Turn, folded: boolean): readonly [number, number] | undefined {
  if (!folded) return undefined
  const first = turn.steps.findIndex(step => step.type !== "reasoning")
  const end = turn.steps.findLastIndex(step => step.type === "tool") + 1
  return first >= 0 && end > first ? [first, end] : undefined
}

function foldedItems(turn: Turn, [first, end]: readonly [number, number], context: ViewContext): Item[] {
  const items = turn.steps.map(step => itemOf(step, turn, context))
  const inside = items.slice(first, end)
  const tools = turn.steps.filter(step => step.type === "tool")
  const failed = tools.filter(step => step.status === "failed").length
  const fold: Item = {
    key: `fold:${turn.id}`,
    kind: "row",
    view: () =>
      row(
        {
          key: `fold:${turn.id}`,
          icon: icon("tools"),
          words: html`<span class="object">${counted(tools.length, "step")}</span>${
            failed === 0 ? nothing : `, ${failed} failed`
          }`,
          result: duration(tools.reduce((sum, step) => sum + (step.ms ?? 0), 0)),
          body: () => stepItems(inside),
        },
        context,
      ),
  }
  return [...items.slice(0, first), fold, ...items.slice(end)]
}
