// Every failure of a model, local or hosted, is one class with a kind. Nobody matches message texts.

export type ModelErrorKind =
  | "unreachable"
  | "unauthorized"
  | "paymentRequired"
  | "modelNotFound"
  | "rateLimited"
  | "serverError"
  | "badRequest"
  | "badResponse"
  | "redirected"
  | "insecure"
  | "timeout"
  | "streamCut"
  | "contextFull"
  | "notConfigured"
  | "modelMissing"
  | "modelUnreadable"
  | "modelBroken"
  | "modelUnsuitable"
  | "outOfMemory"
  | "runtimeEnded"
  /** The model's process ended again and again; it isn't started until the user asks. */
  | "keepsEnding"
  | "noBinary"
  | "internal"

export type ModelErrorDetail = {
  /** Who: an origin ("https://openrouter.ai"), or a model file's name. */
  readonly subject?: string
  /** What the server or the runtime said, for the "What the server said" row; keys are cut out. */
  readonly said?: string
  readonly status?: number
  /** Seconds the server asks to wait. */
  readonly retryAfter?: number
  /** Tokens, for "contextFull": what the prompt has, and what there is room for. */
  readonly tokens?: { readonly needed: number; readonly available: number }
}

export class ModelError extends Error {
  /** By its name: parts of Osprey that are loaded later are files of their own, each with a copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ModelError" && "kind" in value && "detail" in value
  }

  readonly kind: ModelErrorKind
  readonly detail: ModelErrorDetail

  constructor(kind: ModelErrorKind, detail: ModelErrorDetail = {}) {
    super(detail.subject === undefined ? kind : `${kind}: ${detail.subject}`)
    this.name = "ModelError"
    this.kind = kind
    this.detail = detail
  }
}

/** Anything that was thrown, as a ModelError: itself if it is one, else "internal" with its text for the log. */
export function modelErrorOf(error: unknown): ModelError {
  return error instanceof ModelError ? error : new ModelError("internal", { said: String(error) })
}
