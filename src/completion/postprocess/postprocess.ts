// From what the model wrote to what is shown: an ordered list of filters. Each takes a text and gives a better one,
// or a reason why there is nothing to show.
import { closeBrackets } from "./closeBrackets.ts"
import { dropDuplicate } from "./dropDuplicate.ts"
import { dropEmpty } from "./dropEmpty.ts"
import { dropHidden } from "./dropHidden.ts"
import { dropRepetition } from "./dropRepetition.ts"
import type { Filter, FilterContext, Filtered } from "./filter.ts"
import { fixIndentation } from "./fixIndentation.ts"
import { stripFence } from "./stripFence.ts"
import { trimTrailingBlank } from "./trimTrailingBlank.ts"

const filters: readonly Filter[] = [
  stripFence,
  dropHidden,
  fixIndentation,
  dropRepetition,
  dropDuplicate,
  closeBrackets,
  trimTrailingBlank,
  dropEmpty,
]

/** `text`: what goes in at the cursor, in the model's own form. */
export function postprocess(text: string, context: FilterContext): Filtered {
  let current = text
  for (const filter of filters) {
    const filtered = filter(current, context)
    if ("drop" in filtered) return filtered
    current = filtered.text
  }
  return { text: current }
}
