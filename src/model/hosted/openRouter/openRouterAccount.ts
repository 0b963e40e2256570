// What a key at OpenRouter has used and has left, and that in whole lines for the endpoint's page. The account's own
// balance needs a management key, which nobody should enter here; the key's limit is what counts for its user.
import { ModelError } from "../../modelError.ts"
import { endpointJson } from "../endpointJson.ts"
import { jsonFields, numberOf, present } from "../jsonFields.ts"

/** Amounts in US dollars. */
export type OpenRouterAccount = {
  /** Absent: this key has no limit of its own. */
  readonly limit?: number
  readonly remaining?: number
  readonly limitReset?: "daily" | "weekly" | "monthly"
  readonly usage: number
  /** No credits were ever bought. */
  readonly isFreeTier: boolean
}

export type AccountAnswer =
  | { readonly ok: true; readonly account: OpenRouterAccount }
  | { readonly ok: false; readonly error: ModelError }

export type AccountQuestion = {
  readonly key: string
  readonly signal: AbortSignal
  /** "https://openrouter.ai/api/v1" */
  readonly baseUrl?: string
}

export const openRouterUrl = "https://openrouter.ai/api/v1"

/** Never throws. */
export async function openRouterAccount(question: AccountQuestion): Promise<AccountAnswer> {
  const { key, signal, baseUrl = openRouterUrl } = question
  const answer = await endpointJson({ baseUrl, path: "/key", key, signal })
  if (!answer.ok) return { ok: false, error: answer.error }
  const data = jsonFields(jsonFields(answer.body).data)
  const usage = numberOf(data.usage)
  if (usage === undefined) {
    const said = "The answer doesn't say what the key has used."
    return { ok: false, error: new ModelError("badResponse", { subject: new URL(baseUrl).origin, said }) }
  }
  const reset = (["daily", "weekly", "monthly"] as const).find(each => each === data.limit_reset)
  const [limit, remaining] = [numberOf(data.limit), numberOf(data.limit_remaining)]
  const isFreeTier = data.is_free_tier === true
  return { ok: true, account: present({ limit, remaining, limitReset: reset, usage, isFreeTier }) }
}

/** "4.20 $ of 10.00 $ left", "Free models: 50 requests a day". */
export function accountLines(account: OpenRouterAccount): readonly string[] {
  const { limit, remaining, limitReset, usage, isFreeTier } = account
  const left = limit === undefined ? undefined : Math.max(0, remaining ?? limit - usage)
  const renewed = limitReset === undefined ? "" : `, renewed ${limitReset}`
  return [
    left === undefined || limit === undefined
      ? `${amount(usage)} used, no limit on this key`
      : `${amount(left)} of ${amount(limit)} left${renewed}`,
    isFreeTier
      ? "Free models: 50 requests a day"
      : "Free models: 1000 requests a day once 10 $ of credits were bought, else 50",
  ]
}

function amount(dollars: number): string {
  return `${dollars.toFixed(2)} $`
}
