// Asks the model for new code and makes of its answer what goes into the file: for these lines and nothing else, or
// for a new file. What can't be used is a value with a sentence; nothing is applied here.
import { endsInLoop } from "../base/repetition.ts"
import type { FinishReason, LanguageModel, ModelEvent } from "../model/languageModel.ts"
import { type ModelError, modelErrorOf } from "../model/modelError.ts"
import { type ActionTask, actionPrompt } from "./actionPrompt.ts"
import { answeredCode } from "./answeredCode.ts"
import { type LineRange, lineEndOf, linesOf, surroundings, textOfLines } from "./codePassage.ts"
import { fitReplacement } from "./fitReplacement.ts"

export type RewriteRequest = {
  readonly model: LanguageModel
  readonly task: ActionTask
  /** Relative to the workspace, with `/`. */
  readonly path: string
  readonly languageId: string
  /** The whole document, with its own line ends. */
  readonly text: string
  /** The lines that are shown to the model as the code, and replaced unless the task is a new file. */
  readonly lines: LineRange
  readonly onProgress?: (progress: RewriteProgress) => void
}

export type RewriteProgress =
  | Extract<ModelEvent, { readonly type: "waiting" }>
  /** Lines of the answer so far. */
  | { readonly type: "writing"; readonly lines: number }

export type Rewrite =
  /** For the lines: without a line end at the end. A new file: with one. Line ends are the document's. */
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: RewriteRefusal; readonly sentence: string }
  | { readonly ok: false; readonly reason: "failed"; readonly error: ModelError }

export type RewriteRefusal = keyof typeof sentences

const sentences = {
  cancelled: "Cancelled.",
  blank: "There is no code to work on.",
  tooLong: "The code is too long for this model. Select less of it.",
  cut: "The answer was cut off before its end. Select less code.",
  looped: "The model repeated itself and was stopped. Try again, or choose another model.",
  noCode: "The model's answer holds no code. Try again, or choose another model.",
  abridged: "The model left out parts of the code. Select less of it.",
  unchanged: "The model proposes no change.",
} as const

/** Characters around the code: a model on this computer reads slowly, and a small window is soon full. */
const charactersAround = { local: 2_000, hosted: 8_000 } as const

/** Never rejects. An abort of `signal` ends it with the reason `cancelled`. */
export async function rewriteSelection(request: RewriteRequest, signal: AbortSignal): Promise<Rewrite> {
  try {
    return await rewrite(request, signal)
  } catch (error) {
    if (signal.aborted) return refused("cancelled")
    const known = modelErrorOf(error)
    return { ok: false, reason: "failed", error: known }
  }
}

async function rewrite(request: RewriteRequest, signal: AbortSignal): Promise<Rewrite> {
  const { model, task, path, languageId, lines: range } = request
  const { contextWindow, outputLimit, where } = model.description
  const lines = linesOf(request.text)
  const code = textOfLines(lines, range)
  if (code.trim() === "") return refused("blank")
  const around = surroundings(lines, range, Math.min(charactersAround[where], contextWindow / 2))
  const conversation = actionPrompt({ task, path, languageId, code, ...around })
  const promptTokens = await model.countTokens(conversation)
  const codeTokens = await model.countTokens({ messages: [{ role: "user", content: code }] })
  if (signal.aborted) return refused("cancelled")
  if (codeTokens > outputLimit || promptTokens + codeTokens > contextWindow) return refused("tooLong")

  const answer = await readAnswer(
    request,
    { conversation, maxTokens: outputLimit, rewrites: task.action !== "writeTests" },
    code,
    signal,
  )
  if (signal.aborted) return refused("cancelled")
  if (answer.end === "looped") return refused("looped")
  const found = answeredCode(answer.text, code, true)
  const isComplete = found.found === "block" && found.closed
  if (answer.end === "length" && !isComplete) return refused("cut")
  if (found.found === "nothing" || found.code.trim() === "") return refused("noCode")
  if (isAbridged(found.code, code)) return refused("abridged")

  const lineEnd = lineEndOf(request.text)
  if (task.action === "writeTests")
    return { ok: true, text: [...linesOf(found.code.trimEnd()), ""].join(lineEnd) }
  const replaced = fitReplacement(found.code, {
    original: linesOf(code),
    before: linesOf(around.before),
    after: linesOf(around.after),
  })
  const text = replaced.join(lineEnd)
  return text === textOfLines(lines, range).replaceAll("\n", lineEnd)
    ? refused("unchanged")
    : { ok: true, text }
}

type Answer = { readonly text: string; readonly end: FinishReason | "looped" }

/** Reads until the block is closed: what a model adds after it isn't waited for. */
async function readAnswer(
  { model, onProgress }: RewriteRequest,
  asked: Parameters<LanguageModel["stream"]>[0],
  code: string,
  signal: AbortSignal,
): Promise<Answer> {
  let text = ""
  for await (const event of model.stream(asked, signal)) {
    if (event.type === "waiting") onProgress?.(event)
    if (event.type === "finish") return { text, end: event.reason }
    if (event.type !== "text") continue
    text += event.text
    if (!/[\n`~]/.test(event.text)) continue
    onProgress?.({ type: "writing", lines: linesOf(text).length - 1 })
    const found = answeredCode(text, code, false)
    if (found.found === "block" && found.closed) return { text, end: "stop" }
    if (text.length > 2 * code.length + 2_000 && endsInLoop(text)) return { text, end: "looped" }
  }
  return { text, end: "stop" }
}

/** "// ... rest of the code" and its kin, where the original has no such line. */
function isAbridged(code: string, original: string): boolean {
  const known = new Set(linesOf(original).map(line => line.trim()))
  return linesOf(code).some(line => omission.test(line) && !known.has(line.trim()))
}

const mark = /^\s*(?:\/\/|#|--|;|\/\*|<!--|\{\/\*)\s*/.source
const omission = new RegExp(
  [
    String.raw`${mark}(?:\.\.\.|…)\s*(?:\*\/\}?|-->)?\s*$`,
    String.raw`${mark}(?:\.\.\.|…).*\b(?:rest|existing|unchanged|same|remaining|other|omitted)\b`,
    String.raw`${mark}(?:the )?(?:rest of|existing|remaining) (?:the )?(?:\w+ )?(?:code|function|method|methods|class|file|implementation)\b(?:.*\b(?:unchanged|here|same|before))?\W*$`,
  ].join("|"),
  "i",
)

function refused(reason: RewriteRefusal): Rewrite {
  return { ok: false, reason, sentence: sentences[reason] }
}
