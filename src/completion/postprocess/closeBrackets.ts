// Cuts closing brackets from the end of a suggestion when the file closes them already. Adds none.
import type { Filter } from "./filter.ts"

export const closeBrackets: Filter = (text, { request, shape }) => {
  if (request.firstLine > 0) return { text }
  // What stands at the end of the cursor's line is repeated by the suggestion and replaced by it.
  const after = request.after.slice(shape.restOfLine.trim() === "" ? 0 : shape.restOfLine.length)
  let kept = text
  for (;;) {
    const last = kept.trimEnd().at(-1)
    const pair = pairs.find(([, close]) => close === last)
    if (pair === undefined) return { text: kept }
    const open = Math.max(0, surplus(request.before, pair) + surplus(after, pair))
    if (-surplus(kept, pair) <= open) return { text: kept }
    kept = kept.trimEnd().slice(0, -1)
  }
}

type Pair = readonly [open: string, close: string]

const pairs: readonly Pair[] = [
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]

/** Opening brackets minus closing ones, outside of strings and comments as far as a line tells. */
function surplus(text: string, [open, close]: Pair): number {
  const code = text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`|\/\/[^\n]*/g, "")
  return code.split(open).length - code.split(close).length
}
