// What an examination is given, in the form in which its steps take it. Data only.
import type { HostedModelOptions } from "../hostedModel.ts"
import type { Preset } from "../presets.ts"

export type Examined = {
  /** Checked, without a slash at its end. */
  readonly baseUrl: string
  readonly isLoopback: boolean
  readonly model: string
  readonly key: string | undefined
  readonly preset: Preset
  /** What the product adds to its requests here, so that the questions go the same way. */
  readonly additions: Pick<HostedModelOptions, "extra" | "headers">
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly signal: AbortSignal
  readonly patience: Patience
}

/** Milliseconds for a whole answer. */
export type Patience = {
  /** A list, a health check. */
  readonly questionMs: number
  /** The model's first answer: a server on this computer may have to load it. */
  readonly firstAnswerMs: number
  readonly answerMs: number
}

export const usualPatience: Patience = { questionMs: 15_000, firstAnswerMs: 180_000, answerMs: 60_000 }
