// The doctor's checks as data: which there are, in which order they run, and what they are called while they run.
import type { DoctorFinding } from "../../../protocol/endpointPage.ts"

/** In the order in which they run and are shown; `name` is shown while a check is still to come. */
export const doctorChecks = [
  { id: "reach", name: "Reachable" },
  { id: "key", name: "Key" },
  { id: "models", name: "Model list" },
  { id: "streaming", name: "Streaming" },
  { id: "markup", name: "Leaked markup" },
  { id: "tools", name: "Tool calls" },
  { id: "effort", name: "Effort levels" },
  { id: "reasoning", name: "Reasoning field" },
  { id: "json", name: "JSON by schema" },
  { id: "context", name: "Context length" },
  { id: "raw", name: "Raw completions" },
] as const

export type CheckId = (typeof doctorChecks)[number]["id"]

/** How one check ended. Neither passed nor finding: it says nothing here, e.g. an unknown context length. */
export type Conclusion = {
  readonly check: CheckId
  /** "Reachable, 38 ms" */
  readonly passed?: string
  readonly findings?: readonly DoctorFinding[]
  /** What follows for the user, as a whole sentence. */
  readonly outlook?: string
}
