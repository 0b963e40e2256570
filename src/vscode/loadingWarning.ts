// What is said before a model is loaded on a computer that will feel it; with the figures of that very file.
import { loadWarning, secondCopyWarning } from "../model/local/fit/fitAdvice.ts"
import type { ProbedCard } from "../model/local/fit/foundGraphics.ts"
import type { ModelFile } from "../model/local/fit/modelNeeds.ts"
import { contextsOf, withCard } from "./modelFit.ts"
import type { Machine } from "./thisMachine.ts"

export type LoadingQuestion = {
  readonly model: ModelFile
  /** Of the chat's context, in tokens. */
  readonly contextSize: number
  /** How many windows have the file in memory. */
  readonly others: number
  readonly machine: Machine
  /** That computes for it. */
  readonly card: ProbedCard | undefined
}

/** Undefined: nothing to be said. */
export function loadingWarning({
  model,
  contextSize,
  others,
  machine,
  card,
}: LoadingQuestion): string | undefined {
  const contexts = contextsOf(contextSize)
  const computer = withCard(machine, card)
  const warnings = [
    others > 0 ? secondCopyWarning(model, contexts, others) : undefined,
    loadWarning({ model, contexts, computer }),
  ].filter(warning => warning !== undefined)
  return warnings.length === 0 ? undefined : warnings.join(" ")
}
