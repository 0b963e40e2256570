// A server's list of models, whatever its shape → one form. Every field is optional at some server and wrong at
// another, so each is read by itself. Asks nothing; knows no server by address.
import { isGptOssId } from "./gptOssId.ts"
import { type JsonFields, jsonFields, listOf, nameOf, numberOf, present, tokensOf } from "./jsonFields.ts"

export type ListedModel = {
  readonly id: string
  /** For people, where the server has one: "OpenAI: gpt-oss-120b". */
  readonly name?: string
  /** Tokens the server takes, prompt and answer together. */
  readonly contextWindow?: number
  /** Tokens the model could take; the server's own window isn't known and often is smaller (Ollama, LM Studio). */
  readonly contextLimit?: number
  readonly outputLimit?: number
  /** US dollars per million tokens. */
  readonly price?: { readonly input: number; readonly output: number }
  readonly supportsTools?: boolean
  readonly supportsStructuredOutput?: boolean
}

const maxModels = 2000

/**
 * The models of `{data:[…]}` (nearly all), `[…]` (Together) or `{data:null}` (Ollama without models), gpt-oss
 * first, else in the server's order; undefined when it is no list of models. What can't chat is left out.
 */
export function listedModels(body: unknown): readonly ListedModel[] | undefined {
  const fields = jsonFields(body)
  const isEmptyList = fields.data === null && fields.object === "list"
  const entries = Array.isArray(body) ? body : isEmptyList ? [] : fields.data
  if (!Array.isArray(entries)) return undefined
  const models = entries
    .slice(0, maxModels)
    .map(jsonFields)
    .filter(canChat)
    .map(listedModel)
    .filter(model => model !== undefined)
  const unique = [...new Map(models.map(model => [model.id, model])).values()]
  return [...unique.filter(({ id }) => isGptOssId(id)), ...unique.filter(({ id }) => !isGptOssId(id))]
}

/** Together, LM Studio and others name the kind; most say nothing. */
export function canChat({ type }: JsonFields): boolean {
  return (
    typeof type !== "string" ||
    !/^(?:embeddings?|image|audio|video|transcribe|moderation|rerank)$/i.test(type)
  )
}

/** Undefined: an entry without a usable id. */
export function listedModel(entry: JsonFields): ListedModel | undefined {
  const id = nameOf(entry.id, entry.key)
  if (id === undefined) return undefined
  const [top, meta, metadata] = [entry.top_provider, entry.meta, entry.metadata].map(jsonFields)
  const contextWindow = tokensOf(
    entry.loaded_context_length,
    entry.max_model_len,
    entry.context_length,
    entry.context_window,
    meta?.n_ctx,
    metadata?.context_length,
  )
  const contextLimit = tokensOf(entry.max_context_length, meta?.n_ctx_train)
  return present({
    id,
    name: nameOf(entry.name, entry.display_name),
    contextWindow,
    contextLimit: contextWindow === undefined ? contextLimit : undefined,
    outputLimit: tokensOf(top?.max_completion_tokens, entry.max_completion_tokens, metadata?.max_tokens),
    price: priceOf(jsonFields(entry.pricing ?? metadata?.pricing)),
    ...abilitiesOf(entry),
  })
}

/**
 * Per token: OpenRouter (strings; -1 at its routers) and Oxen. Per million: Together, DeepInfra. Undefined where one
 * of the two is missing.
 */
function priceOf(pricing: JsonFields): ListedModel["price"] {
  const perToken = [
    [pricing.prompt, pricing.completion],
    [pricing.input_cost_per_token, pricing.output_cost_per_token],
  ].map(pair => pair.map(each => dollars(each, 1e6)))
  // Together's dedicated hosts cost by the hour, and nothing by the token.
  const isHourly = (numberOf(pricing.hourly) ?? 0) > 0
  const perMillion = [
    isHourly ? [] : [pricing.input, pricing.output],
    [pricing.input_tokens, pricing.output_tokens],
  ].map(pair => pair.map(each => dollars(each, 1)))
  for (const [input, output] of [...perToken, ...perMillion])
    if (input !== undefined && output !== undefined) return { input, output }
  return undefined
}

/** Rounded to a millionth of a dollar: 0.00000004 · 10⁶ shall be 0.04. */
function dollars(value: unknown, factor: number): number | undefined {
  const amount = numberOf(value)
  if (amount === undefined || amount < 0 || amount * factor > 1e6) return undefined
  return Math.round(amount * factor * 1e6) / 1e6
}

function abilitiesOf(entry: JsonFields): Pick<ListedModel, "supportsTools" | "supportsStructuredOutput"> {
  const parameters = Array.isArray(entry.supported_parameters) ? entry.supported_parameters : undefined
  const flag = typeof entry.supports_tools === "boolean" ? entry.supports_tools : undefined
  const native = listOf(entry.capabilities).some(each => each === "tools" || each === "tool_use") || undefined
  return present({
    supportsTools: parameters?.includes("tools") ?? flag ?? native,
    supportsStructuredOutput: parameters?.includes("structured_outputs"),
  })
}
