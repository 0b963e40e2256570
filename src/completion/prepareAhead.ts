// Lets the model read a prompt before the first keystroke: when a file is opened, and when typing rests and what is
// frozen has grown old. Writes nothing and shows nothing; any keystroke's request ends it.
import { completionPrompt } from "./completionPrompt.ts"
import { promptParts, promptSnapshot } from "./promptSnapshot.ts"
import type { SuggestParts } from "./suggest.ts"
import type { SuggestRequest } from "./suggestion.ts"
import { whyNot } from "./whyNot.ts"
import { readAhead } from "./writeSuggestion.ts"

/** Resolves when the prompt is read, or at once when there is nothing to do. Never throws: a keystroke will tell. */
export async function prepareAhead(
  request: SuggestRequest,
  parts: SuggestParts,
  signal: AbortSignal,
): Promise<void> {
  const { state, sources } = parts
  const options = parts.options()
  // Only what concerns the document matters here: the cursor will be elsewhere when the user types.
  const reason = whyNot({ ...request, cursors: 1, hasSelection: false, after: "" }, options, parts.now())
  if (reason !== undefined || !options.power.worksAhead || signal.aborted) return
  try {
    const model = parts.model()
    if (model.continueText === undefined || state.failures.isTooSoon(request, parts.now())) return
    const snapshot = promptSnapshot(state.snapshot, request, sources, state.budget.limits(), "idle")
    const prompt = promptParts(snapshot, request)
    if (state.flight.isBusy() || snapshot === state.snapshot) return
    state.snapshot = snapshot
    state.reading?.abort()
    state.reading = new AbortController()
    const whileIdle = AbortSignal.any([signal, state.reading.signal])
    const characters = JSON.stringify(completionPrompt(prompt)).length
    const read = await readAhead(model, prompt, parts.onLoading, whileIdle)
    if (read !== undefined) state.budget.observe({ promptCharacters: characters, ...read })
  } catch {
    // The next keystroke meets the same failure and says so.
  }
}
