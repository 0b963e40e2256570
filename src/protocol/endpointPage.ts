// What the page about one endpoint shows, as data: what the doctor found there, what was counted there on this
// computer, and what the account has left. Texts are whole sentences, ready to be shown.

export type DoctorFinding = {
  /** Stable name of the check, e.g. "tools". */
  readonly id: string
  readonly severity: "error" | "warning" | "info"
  /** One plain sentence without a full stop: "Tool calls come back as plain text". */
  readonly title: string
  readonly reason: string
  /** A command line or words to copy: "--tool-call-parser openai\n--enable-auto-tool-choice". */
  readonly remedy?: string
  /** What Osprey does until then. */
  readonly meanwhile?: string
}

export type DoctorReport = {
  readonly status: "running" | "done" | "stopped"
  /** "Works. 2 things to fix."; while running "Checking…". */
  readonly verdict: string
  /** Milliseconds since the epoch, and how long it took; once done. */
  readonly checkedAt?: number
  readonly ms?: number
  /** Worst first. */
  readonly findings: readonly DoctorFinding[]
  /** "Reachable, 38 ms" */
  readonly passed: readonly string[]
  /** Names of the checks that still run: "Tool calls". */
  readonly pending: readonly string[]
  /** What follows from it for the user: "Ghost text will use raw completions here." */
  readonly outlook: readonly string[]
}

/** Counted on this computer for one endpoint and model; nothing of it is ever sent. */
export type EndpointRecord = {
  readonly answers: number
  readonly toolCalls: number
  /** Calls that were repaired, refused or cut. */
  readonly malformedCalls: number
  /** Codes of the tolerant reader, most frequent first. */
  readonly problems: readonly { readonly code: string; readonly count: number }[]
  /** Of the last answers, median. */
  readonly tokensPerSecond?: number
  readonly firstTokenMs?: number
  /** US dollars, where the endpoint says so. */
  readonly cost?: number
}

export type EndpointPage = {
  /** "vllm.team.lan:8000" */
  readonly place: string
  readonly model: string
  /** "OpenRouter", "vLLM", "Custom endpoint". */
  readonly preset: string
  readonly report?: DoctorReport
  readonly record?: EndpointRecord
  /** Whole lines: "4.20 $ of 10.00 $ left", "Free models: 50 requests a day". */
  readonly account: readonly string[]
}
