// Nothing, or only what closes the line anyway, is no suggestion.
import type { Filter } from "./filter.ts"

export const dropEmpty: Filter = (text, { shape }) => {
  const nothing = text.trim() === "" || text.trim() === shape.restOfLine.trim()
  return nothing ? { drop: "nothingToAdd" } : { text }
}
