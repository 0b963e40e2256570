// Whether models fit this computer: the advice before a download and the question before a model is loaded; a file of
// its own in dist, loaded with the first.
import { loadingWarning } from "./loadingWarning.ts"
import { modelAdvice } from "./modelAdvice.ts"

export const fitParts = { modelAdvice, loadingWarning } as const
