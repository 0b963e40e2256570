// What a local model has to read for each turn of a chat: the runtime's requests are watched on their way, and what
// changed between two prompts is found from the prompts themselves, not from what the runtime says it reused.
import type { RuntimeProcess } from "../../src/model/local/runtimeProcess.ts"
import type { GeneratedPiece } from "../../src/protocol/runtimeProtocol.ts"
import type { Segment } from "../../src/protocol/segment.ts"
import { never } from "../support/runtimeTest.ts"

export type Reading = {
  readonly segments: readonly Segment[]
  /** What was written then; nothing where the prompt was only read ahead. */
  readonly pieces: readonly GeneratedPiece[]
  readonly promptTokens: number
  readonly evaluated: number
  /** Milliseconds, from the request to its first token. */
  readonly firstTokenMs: number
}

export type WatchedRuntime = RuntimeProcess & {
  /** Of the chat's context, in order. */
  readonly readings: readonly Reading[]
  /** Milliseconds of all requests for answers so far, also of those that were given up. */
  answering: number
  /** Told when a request for an answer goes to the runtime. */
  onAsked: () => void
}

export function watchedRuntime(runtime: RuntimeProcess): WatchedRuntime {
  const readings: Reading[] = []
  const watched: WatchedRuntime = {
    ...runtime,
    get pid() {
      return runtime.pid
    },
    readings,
    answering: 0,
    onAsked: () => {},
    async *request(request, signal) {
      const isAnswer = request.type === "generate" && request.context === "chat"
      const segments = request.type === "generate" ? request.segments : []
      if (isAnswer) watched.onAsked()
      const startedAt = performance.now()
      const pieces: GeneratedPiece[] = []
      let firstTokenMs = 0
      try {
        for await (const reply of runtime.request(request, signal)) {
          if (reply.type === "pieces" && pieces.length === 0) firstTokenMs = performance.now() - startedAt
          if (reply.type === "pieces") pieces.push(...reply.pieces)
          if (reply.type === "done" && isAnswer) {
            const { promptTokens, reusedTokens } = reply
            const evaluated = promptTokens - reusedTokens
            readings.push({ segments, pieces, promptTokens, evaluated, firstTokenMs })
          }
          yield reply
        }
      } finally {
        if (isAnswer) watched.answering += performance.now() - startedAt
      }
    },
  }
  return watched
}

/** Tokens of a text in the model's own vocabulary. */
export type CountText = (text: string) => Promise<number>

export function textCounter(runtime: RuntimeProcess): CountText {
  const known = new Map<string, number>()
  return async text => {
    const before = known.get(text)
    if (before !== undefined) return before
    for await (const reply of runtime.request({ type: "count", segments: [{ text }] }, never))
      if (reply.type === "counted") known.set(text, reply.tokens)
    return known.get(text) ?? 0
  }
}

/**
 * Tokens of `now`'s prompt from the first one on that the model doesn't know from `earlier`'s last one and what it wrote
 * then. The very last token, written or read, is never evaluated. From all of them it is known what tokens spell.
 */
export async function tokensFromFirstChange(
  earlier: readonly Reading[],
  now: Reading,
  count: CountText,
): Promise<number> {
  const last = earlier.at(-1)
  if (last === undefined) return now.promptTokens
  const spelling = new Map<number, string>()
  for (const { pieces } of [...earlier, now])
    for (const piece of pieces) spelling.set(piece.token, spelt(piece))
  const units = (segment: Segment): readonly Unit[] =>
    "tokens" in segment
      ? segment.tokens.map(token => ({ spelling: spelling.get(token) ?? "?" }))
      : "control" in segment
        ? [{ spelling: spelt(segment) }]
        : [{ spelling: segment.text, text: segment.text }]
  const known = [...last.segments.flatMap(units), ...last.pieces.map(piece => ({ spelling: spelt(piece) }))]
    .slice(0, -1)
    .map(unit => unit.spelling)
    .join("")
  let [kept, offset] = [0, 0]
  for (const unit of now.segments.flatMap(units)) {
    if (!known.startsWith(unit.spelling, offset)) break
    offset += unit.spelling.length
    kept += unit.text === undefined ? 1 : await count(unit.text)
  }
  // The last token is evaluated in any case: the answer is sampled from it.
  return Math.max(1, now.promptTokens - kept)
}

/** One token, or a text of some. */
type Unit = { readonly spelling: string; readonly text?: string }

/** Control tokens between two characters that no text of ours holds. */
function spelt(piece: GeneratedPiece | Segment): string {
  if ("control" in piece) return `\u{E000}${piece.control}\u{E001}`
  return "text" in piece ? piece.text : ""
}
