// Tells Free LLM Router which free models answered, so that it can rank them. Only after the user turned that on,
// and nothing but the model's id and how it went; nobody waits for it or hears of its failures.
import type { ModelError } from "../../modelError.ts"
import { endpointJson } from "../endpointJson.ts"
import { freeLlmRouterUrl, keyOf } from "./freeModelIds.ts"

export type OutcomeReport = (modelId: string, outcome: "answered" | ModelError) => void

export type OutcomeReportOptions = {
  /** The user's word; asked before each report. */
  readonly isOn: () => boolean
  /** The router's own key, stored for exactly this origin. */
  readonly apiKey: (origin: string) => Promise<string | undefined>
  readonly baseUrl?: string
}

export function outcomeReports(options: OutcomeReportOptions): OutcomeReport {
  const { isOn, apiKey, baseUrl = freeLlmRouterUrl } = options
  return (modelId, outcome) => {
    if (isOn()) send(modelId, outcome).catch(() => {})
  }

  async function send(modelId: string, outcome: "answered" | ModelError): Promise<void> {
    const key = await keyOf(apiKey, baseUrl)
    if (key === undefined) return
    const body = outcome === "answered" ? { modelId, success: true } : { modelId, issue: issueOf(outcome) }
    await endpointJson({ baseUrl, path: "/models/feedback", key, body, timeoutMs: 5000, maxBytes: 65_536 })
  }
}

/** The three words the service knows. */
function issueOf({ kind, detail }: ModelError): "rate_limited" | "unavailable" | "error" {
  if (kind === "rateLimited") return "rate_limited"
  return detail.status === 503 ? "unavailable" : "error"
}
