// What has come of one raw answer: cuts it at the token that ends it and at its limit, and keeps the counts. Knows
// no connection; whoever reads the stream asks whether it is over.
import type { GeneratedPiece } from "../../../protocol/runtimeProtocol.ts"
import type { ControlToken } from "../../../protocol/segment.ts"
import type { RawForm } from "../chatDialect.ts"
import type { RawChunk, RawUsage } from "./rawChunk.ts"
import { rawPieces } from "./rawPieces.ts"
import type { RawVocabulary } from "./rawVocabulary.ts"

export type RawPrompt = { readonly ids: readonly number[]; readonly vocabulary: RawVocabulary }

export type AnswerLimits = {
  readonly maxTokens: number
  /** In tokens; the answer has what the prompt leaves. */
  readonly contextWindow: number
  /** The tokens that end it; the one that did is the last piece. */
  readonly stop: readonly ControlToken[]
}

export type RawReply =
  /** Whatever came is void; the request is sent again after so many milliseconds. */
  | { readonly type: "retrying"; readonly ms: number }
  | { readonly type: "reading"; readonly done: number; readonly total: number }
  | { readonly type: "pieces"; readonly pieces: readonly GeneratedPiece[] }
  | ({ readonly type: "done"; readonly reason: "stop" | "length" } & Required<RawUsage>)

export type RawAnswer = {
  /** Most tokens of it. */
  readonly limit: number
  /** What an event adds; undefined: ids that mean nothing here. */
  add(chunk: RawChunk): readonly RawReply[] | undefined
  /** Its last token came, or the server said how it ended. */
  readonly isOver: boolean
  /** The server hasn't noticed the end and would go on (a llama-server after `<|end|>`), or does. */
  readonly goesOn: boolean
  readonly isTooLong: boolean
  /** The server gave up on it. */
  readonly hasFailed: boolean
  /** The rest, and `done`. */
  end(): readonly RawReply[]
}

/** Characters; more than any answer has. */
const maxText = 16_777_216

/** llama-server ends an answer on these by itself, whatever the model file calls them, and then tells the counts. */
const modelEnds: ReadonlySet<ControlToken> = new Set(["return", "call", "endoftext"])

/** For one try of one generation. */
export function rawAnswer(
  { ids, vocabulary }: RawPrompt,
  { maxTokens, contextWindow, stop }: AnswerLimits,
  form: RawForm,
): RawAnswer {
  const limit = Math.min(maxTokens, Math.max(1, contextWindow - ids.length))
  const pieces = rawPieces(vocabulary)
  let usage: RawUsage = {}
  let finish: RawChunk["finish"]
  let stoppedBy: ControlToken | undefined
  let hasMore = false
  let generated = 0
  let characters = 0

  const isOver = () => stoppedBy !== undefined || finish !== undefined || generated >= Math.max(1, limit)

  /** Up to the token that stops and no more than were asked for. */
  function kept(found: readonly GeneratedPiece[]): readonly GeneratedPiece[] {
    const at = found.findIndex(piece => "control" in piece && stop.includes(piece.control))
    const last = found[at]
    if (last !== undefined && "control" in last) stoppedBy = last.control
    return at < 0 ? found : found.slice(0, at + 1)
  }

  return {
    limit,
    add(chunk) {
      usage = { ...usage, ...chunk.usage }
      const wasOver = isOver()
      finish ??= chunk.finish
      if (chunk.reading !== undefined) return [{ type: "reading", ...chunk.reading }]
      if (chunk.ids.length === 0) return []
      const room = wasOver ? 0 : limit - generated
      generated = Math.max(generated + chunk.ids.length, chunk.written ?? 0)
      // With a limit of 0 a server may write a token all the same (vLLM does, and llama-server); nobody asked for it.
      hasMore = room === 0
      if (hasMore) return []
      const found = pieces.push({ ...chunk, ids: chunk.ids.slice(0, room) })
      if (found === undefined) return undefined
      const taken = kept(found)
      for (const piece of taken) characters += "text" in piece ? piece.text.length : 0
      return taken.length === 0 ? [] : [{ type: "pieces", pieces: taken }]
    },
    get isOver() {
      return isOver()
    },
    get goesOn() {
      return hasMore || (form === "llamaServer" && stoppedBy !== undefined && !modelEnds.has(stoppedBy))
    },
    get isTooLong() {
      return characters > maxText
    },
    get hasFailed() {
      return finish === "error" && stoppedBy === undefined
    },
    end() {
      const rest = stoppedBy === undefined ? pieces.end() : []
      const reason = stoppedBy !== undefined || finish === "stop" ? "stop" : "length"
      return [
        ...(rest.length === 0 ? [] : [{ type: "pieces", pieces: rest } as const]),
        {
          type: "done",
          reason,
          promptTokens: usage.promptTokens ?? ids.length,
          reusedTokens: usage.reusedTokens ?? 0,
          generatedTokens: limit === 0 ? 0 : (usage.generatedTokens ?? generated),
        },
      ]
    },
  }
}
