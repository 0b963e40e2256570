// The one error of the child process. Its kind travels to the host as a `failed` message; the detail is for the
// log, never a sentence for the user.
import type { RuntimeFailure as FailureKind } from "../protocol/runtimeProtocol.ts"

export class RuntimeFailure extends Error {
  readonly kind: FailureKind

  constructor(kind: FailureKind, detail: string) {
    super(detail)
    this.name = "RuntimeFailure"
    this.kind = kind
  }
}

/** Whatever was thrown, as a failure; unknown errors are "internal". */
export function toRuntimeFailure(error: unknown): RuntimeFailure {
  if (error instanceof RuntimeFailure) return error
  return new RuntimeFailure(
    "internal",
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  )
}
