// Ghost text in a test: a model whose continuation is written down, and the state of an editor session around it.
import {
  type CompletionState,
  type CompletionStateOptions,
  completionState,
} from "../../src/completion/completionState.ts"
import { type SuggestParts, suggest } from "../../src/completion/suggest.ts"
import type { NoSuggestion, Suggestion, SuggestRequest } from "../../src/completion/suggestion.ts"
import type { CompletionOptions } from "../../src/completion/whyNot.ts"
import type { ContinueEvent, ContinueRequest, LanguageModel } from "../../src/model/languageModel.ts"
import { onMains } from "../../src/model/local/power/powerPolicy.ts"
import { pictureOf, requestAt } from "./cursorText.ts"

/** What the model writes after a prefill, whole or in chunks that arrive one by one. */
export type Continuation = (request: ContinueRequest) => string | AsyncIterable<string>

export type ContinuingModel = LanguageModel & {
  readonly requests: readonly ContinueRequest[]
  /** Requests that are answered right now. */
  readonly open: () => number
}

/** Its text comes three characters at a time. */
export function continuingModel(write: Continuation): ContinuingModel {
  const requests: ContinueRequest[] = []
  let open = 0

  async function* continueText(request: ContinueRequest, signal: AbortSignal): AsyncGenerator<ContinueEvent> {
    requests.push(request)
    open++
    try {
      yield { type: "waiting", stage: "reading", done: 80, total: 100 }
      const text = write(request)
      for await (const chunk of typeof text === "string" ? (text.match(/.{1,3}/gs) ?? []) : text) {
        if (signal.aborted) return
        yield { type: "text", text: chunk, tokens: 1 }
      }
      const usage = {
        promptTokens: 100,
        reusedTokens: 80,
        generatedTokens: 1,
        firstTokenMs: 1,
        generationMs: 1,
      }
      yield { type: "usage", usage }
    } finally {
      open--
    }
  }
  return {
    requests,
    open: () => open,
    description: {
      id: "continuing",
      label: "Continuing model",
      where: "local",
      contextWindow: 4096,
      outputLimit: 512,
      abilities: { tools: false, continueText: true },
    },
    stream: () => {
      throw new Error("Ghost text doesn't chat with this model.")
    },
    continueText,
    countTokens: async () => 0,
  }
}

export type Editor = {
  readonly model: ContinuingModel
  readonly state: CompletionState
  readonly parts: SuggestParts
  /** One keystroke's outcome: a picture with ghost text, or the reason why there is none. */
  at(picture: string, fields?: Partial<SuggestRequest>): Promise<string>
  outcome(request: SuggestRequest, signal?: AbortSignal): Promise<Suggestion | NoSuggestion>
}

export type EditorOptions = {
  readonly options?: Partial<CompletionOptions>
  readonly sources?: Partial<SuggestParts["sources"]>
  readonly state?: CompletionStateOptions
  readonly now?: () => number
}

/** `written`: what the model writes after the cursor; the blanks it must begin with are added. */
export function editor(written: string | Continuation, options: EditorOptions = {}): Editor {
  let seam = ""
  const model = continuingModel(typeof written === "string" ? () => seam + written : written)
  const state = completionState(options.state)
  const parts: SuggestParts = {
    model: () => model,
    options: () => ({
      enabled: true,
      trigger: "automatic",
      disabledLanguages: [],
      hosted: "off",
      snoozedUntil: 0,
      power: onMains,
      ...options.options,
    }),
    sources: { documents: () => [], edits: () => [], ...options.sources },
    state,
    onLoading: () => {},
    now: options.now ?? (() => 1_000_000),
  }
  const outcome = (request: SuggestRequest, signal = new AbortController().signal) => {
    seam = /[ \t]*$/.exec(request.before)?.[0] ?? ""
    return suggest(request, parts, signal)
  }
  return {
    model,
    state,
    parts,
    outcome,
    async at(picture, fields) {
      const request = requestAt(picture, fields)
      const result = await outcome(request)
      return result.type === "none" ? result.reason : pictureOf(request, result)
    },
  }
}

/** The picture after one keystroke in a fresh editor. */
export function ghost(picture: string, written: string, fields?: Partial<SuggestRequest>): Promise<string> {
  return editor(written).at(picture, fields)
}
