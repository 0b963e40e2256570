// What the filters of the post-process list have in common.
import type { FilterReason, SuggestRequest } from "../suggestion.ts"
import type { SuggestionShape } from "../suggestionShape.ts"

export type FilterContext = {
  readonly request: SuggestRequest
  readonly shape: SuggestionShape
}

export type Filtered = { readonly text: string } | { readonly drop: FilterReason }

/** A better text, or why there is nothing to show. `text` goes in at the cursor. */
export type Filter = (text: string, context: FilterContext) => Filtered
