// A text that goes round in circles is no suggestion: a line three times over, or a line written just above.
import { endsInLoop } from "../../base/repetition.ts"
import type { Filter } from "./filter.ts"

export const dropRepetition: Filter = (text, { request, shape }) => {
  if (endsInLoop(text)) return { drop: "repetition" }
  const above = request.before.slice(0, request.before.length - shape.linePrefix.length).split("\n")
  const whole = (shape.linePrefix + text).split("\n")
  const [first = ""] = whole
  const lastAbove = above.at(-2)
  // Two equal lines may be meant; a third one is the model going round.
  const thrice = first.trim() !== "" && first === lastAbove && first === above.at(-3)
  return thrice ? { drop: "repetition" } : { text }
}
