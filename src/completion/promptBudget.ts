// How much of a prompt the model can read in a few seconds, in characters: counted in time, because a laptop's
// processor reads 25 tokens a second and a graphics card thousands. Measured on the requests themselves.

export type PromptBudget = {
  readonly limits: () => PromptLimits
  /** After a request's first token. Small evaluations say nothing about speed and are left out. */
  observe(measured: Measured): void
  /** A prompt didn't fit into the model's context: its text has more tokens than most. */
  tooLong(): void
}

/** Characters for each part of a prompt. */
export type PromptLimits = {
  readonly window: number
  readonly suffix: number
  readonly related: number
  readonly edits: number
}

export type Measured = {
  readonly promptCharacters: number
  readonly promptTokens: number
  readonly evaluatedTokens: number
  /** From the request to the first token. */
  readonly ms: number
}

export type PromptBudgetOptions = {
  /** How long reading a whole prompt may take; it happens ahead, while the user reads or thinks. */
  readonly seconds?: number
  /** In tokens; the model's context leaves no room for more. */
  readonly mostTokens?: number
  /** Known from an earlier sitting. */
  readonly tokensPerSecond?: number
}

const leastTokens = 300
/** Before the first measurement: what the slowest machine reads in half a minute. */
const firstTokens = 700
/** Before the first measurement. gpt-oss needs a token for about 3.5 characters of code, the demo model for 1.8. */
const firstCharactersPerToken = 2
/** Chinese has more tokens than characters in a small vocabulary; source code never has four characters to one. */
const [leastCharactersPerToken, mostCharactersPerToken] = [0.4, 4]
/** The evaluation of fewer tokens is mostly the time of one generated token. */
const fewTokens = 64

export function promptBudget(options: PromptBudgetOptions = {}): PromptBudget {
  const { seconds = 5, mostTokens = 3000 } = options
  let tokensPerSecond = options.tokensPerSecond
  let charactersPerToken = firstCharactersPerToken

  return {
    limits() {
      const affordable = tokensPerSecond === undefined ? firstTokens : tokensPerSecond * seconds
      const tokens = Math.max(leastTokens, Math.min(affordable, mostTokens))
      const characters = tokens * charactersPerToken
      return {
        window: Math.round(characters * 0.55),
        suffix: Math.round(characters * 0.15),
        related: Math.round(characters * 0.22),
        edits: Math.round(characters * 0.08),
      }
    },
    observe({ promptCharacters, promptTokens, evaluatedTokens, ms }) {
      if (promptTokens > 0)
        charactersPerToken = Math.min(
          mostCharactersPerToken,
          Math.max(leastCharactersPerToken, promptCharacters / promptTokens),
        )
      if (evaluatedTokens < fewTokens || ms <= 0) return
      const speed = (evaluatedTokens * 1000) / ms
      tokensPerSecond = tokensPerSecond === undefined ? speed : (tokensPerSecond + speed) / 2
    },
    tooLong() {
      charactersPerToken = Math.max(leastCharactersPerToken, charactersPerToken / 2)
    },
  }
}
