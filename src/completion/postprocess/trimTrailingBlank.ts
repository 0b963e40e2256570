// Blanks at the end of a line are never suggested, nor empty lines at the end.
import type { Filter } from "./filter.ts"

export const trimTrailingBlank: Filter = text => ({ text: text.replace(/[ \t]+(?=\n|$)/g, "").trimEnd() })
