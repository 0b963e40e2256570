// The user's wishes about OpenRouter's routing → what a request says besides the chat. Pure; the session and the
// reasoning effort are the dialect's.

/**
 * "balanced": OpenRouter's own load balancing (no `sort`; with tools it weighs tool-call quality by itself).
 * "nitro": fastest, "exacto": best at tool calls, "floor": cheapest.
 */
export type OpenRouterRouting = "balanced" | "nitro" | "exacto" | "floor"

export type OpenRouterOptions = {
  readonly routing: OpenRouterRouting
  /** Provider slugs ("deepinfra", "groq"): tried in this order; the only ones; never these. */
  readonly order: readonly string[]
  readonly only: readonly string[]
  readonly ignore: readonly string[]
  readonly allowFallbacks: boolean
  /** US dollars per million tokens; 0: no limit. */
  readonly maxInputPrice: number
  readonly maxOutputPrice: number
  /** "deny": no provider that may keep or train on prompts. */
  readonly dataCollection: "allow" | "deny"
  /** Only providers that keep nothing at all. */
  readonly zeroRetention: boolean
}

/** OpenRouter's words, as of its SDK 1.3. */
const sorts = { balanced: undefined, nitro: "throughput", exacto: "exacto", floor: "price" } as const

/**
 * Keys to lay into the body of a request, by whether it offers tools: then only providers that know every parameter
 * may answer. Empty where OpenRouter's defaults are what the user wants.
 */
export function openRouterExtra(
  options: OpenRouterOptions,
): (hasTools: boolean) => Readonly<Record<string, unknown>> {
  const sort = sorts[options.routing]
  const lists = Object.entries({ order: options.order, only: options.only, ignore: options.ignore })
    .map(([name, slugs]) => [name, slugs.map(slug => slug.trim()).filter(slug => slug !== "")] as const)
    .filter(([, slugs]) => slugs.length > 0)
  const maxPrice = {
    ...(isLimit(options.maxInputPrice) && { prompt: options.maxInputPrice }),
    ...(isLimit(options.maxOutputPrice) && { completion: options.maxOutputPrice }),
  }
  const wishes = {
    ...(sort !== undefined && { sort }),
    ...Object.fromEntries(lists),
    ...(!options.allowFallbacks && { allow_fallbacks: false }),
    ...(Object.keys(maxPrice).length > 0 && { max_price: maxPrice }),
    ...(options.dataCollection === "deny" && { data_collection: "deny" }),
    ...(options.zeroRetention && { zdr: true }),
  }
  return hasTools => {
    const provider = { ...wishes, ...(hasTools && { require_parameters: true }) }
    return Object.keys(provider).length === 0 ? {} : { provider }
  }
}

function isLimit(price: number): boolean {
  return Number.isFinite(price) && price > 0
}
