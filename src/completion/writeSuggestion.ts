// Asks the model to go on and gives the text after the cursor as it grows, until the suggestion is complete.
// Knows the prompt's form and where a suggestion ends; doesn't know what is shown of it.
import type { ContinueRequest, LanguageModel } from "../model/languageModel.ts"
import { type CompletionPrompt, completionPrompt, type PromptParts } from "./completionPrompt.ts"
import type { Measured } from "./promptBudget.ts"
import { stopEarly } from "./stopEarly.ts"
import type { PromptUse } from "./suggestion.ts"
import type { SuggestionShape } from "./suggestionShape.ts"

/** What happens on the way: for the status bar, and for measuring. */
export type WritingNews = {
  loading(fraction: number): void
  /** At the first token. */
  started(use: PromptUse, measured: Measured): void
}

const lineTokens = 64
const blockTokens = 192
/** A slow machine shows the lines it has by then rather than a whole block much later. */
const writingMs = 2500

/** Yields the whole text so far, after the cursor, each time it grew. Ends quietly after an abort. */
export async function* writeSuggestion(
  model: LanguageModel,
  parts: PromptParts,
  shape: SuggestionShape,
  news: WritingNews,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const prompt = completionPrompt(parts)
  let startedAt = performance.now()
  let reading = { done: 0, total: 0, reused: -1 }
  let written = ""
  let showAt = Number.POSITIVE_INFINITY
  const maxTokens = shape.lines === "one" ? lineTokens : blockTokens
  const soFar = (text: string) => {
    const afterCursor = afterSeam(text, prompt.seam, shape)
    if (afterCursor === "waits") return { text: "", ended: false }
    if (afterCursor === undefined) return { text: "", ended: true }
    return stopEarly(afterCursor, shape, parts.languageId, prompt.closingFence)
  }
  for await (const event of continued(model, prompt, maxTokens, signal)) {
    if (event.type === "waiting" && event.stage === "loading") {
      news.loading(event.fraction)
      startedAt = performance.now()
    }
    if (event.type === "waiting" && event.stage === "reading")
      reading = { ...event, reused: reading.reused < 0 ? event.done : reading.reused }
    if (event.type !== "text" && event.type !== "usage") continue
    if (showAt === Number.POSITIVE_INFINITY) {
      const use = { tokens: reading.total, reused: Math.max(0, reading.reused) }
      const measured = {
        promptCharacters: charactersOf(prompt),
        promptTokens: use.tokens,
        evaluatedTokens: use.tokens - use.reused,
        ms: performance.now() - startedAt,
      }
      news.started(use, measured)
      showAt = performance.now() + writingMs
    }
    if (event.type === "usage") {
      // A model that ended by itself ended its last line too; one that was cut may have been in the middle of it.
      const cut = event.usage.generatedTokens >= maxTokens && written.includes("\n")
      yield soFar(cut ? wholeLines(written) : `${written}\n`).text
      return
    }
    written += event.text
    const { text, ended } = soFar(written)
    if (!ended && written.includes("\n") && performance.now() > showAt) {
      yield soFar(wholeLines(written)).text
      return
    }
    yield text
    if (ended) return
  }
}

/** Evaluates a prompt without writing, so that the first keystroke finds it read. undefined: it was ended before. */
export async function readAhead(
  model: LanguageModel,
  parts: PromptParts,
  onLoading: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Omit<Measured, "promptCharacters"> | undefined> {
  let startedAt = performance.now()
  for await (const event of continued(model, completionPrompt(parts), 0, signal)) {
    if (event.type === "waiting" && event.stage === "loading") {
      onLoading(event.fraction)
      startedAt = performance.now()
    }
    if (event.type !== "usage") continue
    const { promptTokens, reusedTokens } = event.usage
    return { promptTokens, evaluatedTokens: promptTokens - reusedTokens, ms: performance.now() - startedAt }
  }
  return undefined
}

function continued(model: LanguageModel, prompt: CompletionPrompt, maxTokens: number, signal: AbortSignal) {
  const request: ContinueRequest = {
    conversation: prompt.conversation,
    prefill: prompt.prefill,
    maxTokens,
    temperature: 0,
  }
  return model.continueText?.(request, signal) ?? []
}

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1)
}

/**
 * The prompt ends before the blanks left of the cursor, because a blank and the word after it are one token. The
 * model writes them again; what it writes instead must not change what stands there. undefined: it does.
 */
function afterSeam(written: string, seam: string, { linePrefix }: SuggestionShape) {
  if (seam === "") return written
  const blanks = /^[ \t]*/.exec(written)?.[0] ?? ""
  if (blanks.length === written.length) return "waits"
  if (written.startsWith(seam)) return written.slice(seam.length)
  const rest = written.slice(blanks.length)
  if (linePrefix.trim() === "") return rest.startsWith("\n") ? undefined : rest
  // `x =` and a blank: the model may go on with `=` to `==`, and that fits no longer.
  return blanks !== "" || /^[\p{L}\p{N}_$"'`([{\n]/u.test(rest) ? rest : undefined
}

function charactersOf({ conversation, prefill }: CompletionPrompt): number {
  const contents = conversation.messages.map(({ content }) =>
    typeof content === "string" ? content.length : JSON.stringify(content).length,
  )
  return contents.reduce((sum, length) => sum + length, prefill.length)
}
