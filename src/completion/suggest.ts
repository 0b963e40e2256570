// START HERE for ghost text: one keystroke in, a suggestion or a named reason out. Gate, reuse, prompt, model, stop
// early, post-process. Everything about a keystroke lives in this function's locals; CompletionState holds the rest.
import type { LanguageModel } from "../model/languageModel.ts"
import { ModelError } from "../model/modelError.ts"
import type { CompletionState } from "./completionState.ts"
import { coverRestOfLine } from "./postprocess/coverRestOfLine.ts"
import { postprocess } from "./postprocess/postprocess.ts"
import { promptParts, promptSnapshot, type Sources } from "./promptSnapshot.ts"
import {
  type NoSuggestion,
  none,
  type PromptUse,
  type Suggestion,
  type SuggestionSource,
  type SuggestRequest,
} from "./suggestion.ts"
import { suggestionShape } from "./suggestionShape.ts"
import { type CompletionOptions, restOfLine, whyNot } from "./whyNot.ts"
import { pauseBeforeChat, writeByChat } from "./writeByChat.ts"
import { writeSuggestion } from "./writeSuggestion.ts"

export type SuggestParts = {
  /** The model for ghost text, as it is set now. Throws ModelError("notConfigured") if none is. */
  readonly model: () => LanguageModel
  readonly options: () => CompletionOptions
  readonly sources: Sources
  readonly state: CompletionState
  /** The model isn't in memory yet. */
  readonly onLoading: (fraction: number) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Never throws: a model that fails is a reason. After an abort the reason is `cancelled`. */
export async function suggest(
  request: SuggestRequest,
  parts: SuggestParts,
  signal: AbortSignal,
): Promise<Suggestion | NoSuggestion> {
  const { state } = parts
  const startedAt = performance.now()
  const show = (source: SuggestionSource) => shown(request, state, source, startedAt)

  const reason = whyNot(request, parts.options(), parts.now())
  if (reason !== undefined) return none(reason)
  const remembered = show("remembered")
  if (remembered !== undefined) return remembered
  if (request.selected !== undefined) return none("suggestList")

  try {
    const model = parts.model()
    const byChat = model.continueText === undefined
    if (byChat && parts.options().hosted === "off" && request.trigger === "automatic")
      return none("hostedOff")
    if (state.failures.isTooSoon(request, parts.now())) return state.failures.last()
    if (state.flight.fits(request)) {
      const joined = await state.flight.wait(request, signal)
      if (joined === "aborted" || signal.aborted) return none("cancelled")
      const answer = show("inFlight")
      if (answer !== undefined) return answer
    }
    state.flight.end()
    if (!(await state.pause.over(leastPause(byChat, request, parts.options()), signal)))
      return none("cancelled")
    state.flight.start(request, flightSignal => write(request, model, parts, flightSignal))
    const outcome = await state.flight.wait(request, signal)
    if (outcome !== "over" || signal.aborted) return none("cancelled")
    return show("model") ?? none("nothingToAdd")
  } catch (error) {
    if (error instanceof ModelError && error.kind === "contextFull") return tooLong(state)
    return state.failures.failed(error instanceof ModelError ? error.kind : "internal", parts.now())
  }
}

function leastPause(byChat: boolean, { trigger }: SuggestRequest, { power }: CompletionOptions): number {
  return Math.max(byChat ? pauseBeforeChat : 0, trigger === "automatic" ? power.pauseMs : 0)
}

/** Asks the model and keeps the answer; whoever waits finds it in the memory. */
async function* write(
  request: SuggestRequest,
  model: LanguageModel,
  { state, sources, onLoading }: SuggestParts,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const startedAt = performance.now()
  state.reading?.abort()
  state.snapshot = promptSnapshot(state.snapshot, request, sources, state.budget.limits(), "typing")
  const shape = suggestionShape(request)
  let prompt: PromptUse | undefined
  let text = ""
  const news = {
    loading: onLoading,
    started: (use: PromptUse, measured: Parameters<typeof state.budget.observe>[0]) => {
      prompt = use
      state.budget.observe(measured)
    },
  }
  const frozen = promptParts(state.snapshot, request)
  const written =
    model.continueText === undefined
      ? writeByChat(model, frozen, shape, signal)
      : writeSuggestion(model, frozen, shape, news, signal)
  for await (text of written) yield text
  if (signal.aborted) return
  state.pause.observe(performance.now() - startedAt)
  state.failures.clear()
  const filtered = postprocess(text, { request, shape })
  const { path, before, after } = request
  state.answers.add({
    ...{ path, before, after },
    ...("text" in filtered ? { text: filtered.text } : { text: "", nothing: filtered.drop }),
    ...(prompt === undefined ? {} : { prompt }),
  })
}

/** The next keystroke tries with less. */
function tooLong(state: CompletionState): NoSuggestion {
  state.budget.tooLong()
  state.snapshot = undefined
  return { type: "none", reason: "modelFailed", failure: "contextFull" }
}

/** What the memory has for this place, fitted to the line as it is now. */
function shown(
  request: SuggestRequest,
  { answers }: CompletionState,
  source: SuggestionSource,
  startedAt: number,
): Suggestion | NoSuggestion | undefined {
  const found = answers.find(request)
  if (found === undefined) return undefined
  const { text, typed } = found
  const asked = source === "model" && found.prompt !== undefined ? { prompt: found.prompt } : {}
  if (found.nothing !== undefined) return { ...none(found.nothing), ...asked }
  if (request.selected !== undefined) {
    // The list's item and the ghost text are shown as one: the text must begin with what the item adds.
    const { text: item, replaces } = request.selected
    if (!request.before.endsWith(replaces) || !(replaces + text).startsWith(item)) return none("suggestList")
  }
  return {
    type: "suggestion",
    text,
    replaces: coverRestOfLine(text, restOfLine(request.after)),
    source: source === "remembered" && typed > 0 ? "typedThrough" : source,
    ms: performance.now() - startedAt,
    ...asked,
  }
}
