// The one error of the child process. Its kind travels to the host as a `failed` message; the detail is for the
// log, never a sentence for the user.
import type { RuntimeFailure as FailureKind } from "../protocol/runtimeProtocol.ts"

export class RuntimeFailure extends Error {
  readonly kind: FailureKind
  readonly counts: FailureCounts

  constructor(kind: FailureKind, detail: string, counts: FailureCounts = {}) {
    super(detail)
    this.name = "RuntimeFailure"
    this.kind = kind
    this.counts = counts
  }
}

/** In tokens, of contextFull. */
export type FailureCounts = { readonly promptTokens?: number; readonly contextSize?: number }

/** Whatever was thrown, as a failure; unknown errors are "internal". */
export function toRuntimeFailure(error: unknown): RuntimeFailure {
  if (error instanceof RuntimeFailure) return error
  return new RuntimeFailure(
    "internal",
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  )
}
