// The tokens of one answer: counted while it streams, replaced by the server's own word where there is one. Time is
// handed in, from a clock that only goes forward.
import type { Usage } from "../languageModel.ts"
import type { ChatChunk, ChunkUsage } from "./chatChunk.ts"

export type ChatUsage = {
  /** A chunk arrived. */
  count(chunk: ChatChunk): void
  result(): Usage
}

export type ChatUsageOptions = {
  /** Milliseconds of any origin; the request was sent at `startedAt`. */
  readonly ticks: () => number
  readonly startedAt: number
  /** For servers that report no usage. */
  readonly promptTokens: () => number
}

export function chatUsage({ ticks, startedAt, promptTokens }: ChatUsageOptions): ChatUsage {
  let reported: ChunkUsage | undefined
  let provider: string | undefined
  let firstAt: number | undefined
  let lastAt = startedAt
  let generated = 0
  return {
    count(chunk) {
      reported = chunk.usage ?? reported
      provider = chunk.provider ?? provider
      if (chunk.reasoning === "" && chunk.content === "" && chunk.toolCalls.length === 0) return
      lastAt = ticks()
      firstAt ??= lastAt
      generated += tokensOf(chunk.reasoning) + tokensOf(chunk.content) + chunk.toolCalls.length
    },
    result() {
      const first = firstAt ?? lastAt
      return {
        promptTokens: reported?.promptTokens ?? promptTokens(),
        reusedTokens: reported?.cachedTokens ?? 0,
        generatedTokens: reported?.completionTokens ?? generated,
        ...(reported?.reasoningTokens !== undefined && { reasoningTokens: reported.reasoningTokens }),
        firstTokenMs: first - startedAt,
        generationMs: lastAt - first,
        ...(reported?.cost !== undefined && { cost: reported.cost }),
        ...(provider !== undefined && { provider }),
        ...(reported === undefined && { isEstimate: true }),
      }
    },
  }
}

/** A chunk mostly holds one token, of four characters on average; bigger chunks are counted by that. */
export function tokensOf(text: string): number {
  return text === "" ? 0 : Math.max(1, Math.round(text.length / 4))
}
