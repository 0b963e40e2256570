// What the file has already, right after the cursor, is no suggestion; and of a block only the new lines are.
import type { Filter } from "./filter.ts"

export const dropDuplicate: Filter = (text, { request, shape }) => {
  const following = request.after
    .slice(shape.restOfLine.length + 1)
    .split("\n", 60)
    .filter(line => line.trim() !== "")
  const whole = (shape.linePrefix + text).split("\n")
  if (following.length === 0) return { text }
  if (whole.length === 1) return sameLine(whole[0], following[0]) ? { drop: "duplicate" } : { text }
  const kept = whole.slice(0, whole.length - repeatedAtEnd(whole, following))
  if (kept.every(line => line.trim() === "")) return { drop: "duplicate" }
  return { text: kept.join("\n").slice(shape.linePrefix.length) }
}

/** How many of the last lines are the lines that follow anyway. */
function repeatedAtEnd(lines: readonly string[], following: readonly string[]): number {
  for (let count = Math.min(lines.length, following.length); count > 0; count--) {
    const end = lines.slice(-count)
    if (end.every((line, index) => sameLine(line, following[index]))) return count
  }
  return 0
}

function sameLine(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.trimEnd() === b.trimEnd() && a.trim() !== ""
}
