// How many tokens of a prompt are evaluated at once: as many as take about 150 ms, by the speed measured last. A slow
// machine has a least number below which it only gets slower, and a smaller one while the user types.

/** At gpt-oss-20b's size on two cores 4 tokens take 225 ms, 16 take 715 ms. */
const leastWhileTyping = 4
const least = 16
const chunkMs = 150

const firstOfFastModel = 256
/** A measurement may be lucky. */
const fastestGrowth = 4

export type PromptPace = {
  /** Tokens for the next chunk. */
  readonly chunk: () => number
  readonly measured: (tokens: number, ms: number) => void
}

export type PaceOptions = {
  /** Most tokens at once. */
  readonly batchSize: number
  /** A tiny model, or one on a graphics card. */
  readonly fast: boolean
  readonly isTyping: () => boolean
}

/** One per sequence: it remembers how fast it is. */
export function promptPace({ batchSize, fast, isTyping }: PaceOptions): PromptPace {
  let fitting = fast ? firstOfFastModel : 0
  return {
    chunk: () => Math.min(batchSize, Math.max(fitting, isTyping() ? leastWhileTyping : least)),
    measured: (tokens, ms) => {
      const now = Math.floor((tokens * chunkMs) / Math.max(ms, 1))
      fitting = Math.min(now, tokens * fastestGrowth)
    },
  }
}
