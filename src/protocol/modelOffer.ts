// What the welcome page offers while no model is chosen, as data: whether gpt-oss-20b fits this computer, and the
// model servers found on it. Knows neither how memory is measured nor how servers are found.

/** `sentence` is whole and says why. */
export type ModelFit = {
  readonly verdict: "fits" | "slow" | "noMemory" | "noDisk"
  readonly sentence: string
}

/** The servers that are looked for, each at its usual port. */
export type LocalServerId = "ollama" | "lmStudio" | "llamaServer" | "vllm"

export type FoundServer = {
  readonly id: LocalServerId
  readonly name: string
  /** e.g. "localhost:11434" */
  readonly place: string
  /** Names of its gpt-oss models; empty: it can't be used, and `reason` says why. */
  readonly models: readonly string[]
  /** e.g. "runs, but has no gpt-oss model" */
  readonly reason?: string
}

/** `found` is missing until a first search has ended. */
export type ServerSearch = {
  readonly looking: boolean
  readonly found?: readonly FoundServer[]
}
