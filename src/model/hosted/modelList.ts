// The models of an endpoint with what is known of each: window, price, abilities. One question for the list, a few
// more where a local server tells its window elsewhere; nothing is cached here.
import { ModelError } from "../modelError.ts"
import { endpointJson } from "./endpointJson.ts"
import { endpointUrl } from "./endpointUrl.ts"
import { type ListedModel, listedModels } from "./listedModels.ts"
import { type NativeFacts, nativeFacts } from "./nativeFacts.ts"

export type ModelListQuestion = {
  readonly baseUrl: string
  /** The key that was stored for exactly this origin. */
  readonly key?: string | undefined
  readonly signal: AbortSignal
}

export type ModelList =
  /** gpt-oss first. */
  | { readonly ok: true; readonly models: readonly ListedModel[] }
  | { readonly ok: false; readonly error: ModelError }

/** Never throws. */
export async function endpointModels({ baseUrl, key, signal }: ModelListQuestion): Promise<ModelList> {
  const answer = await endpointJson({ baseUrl, path: "/models", key, signal })
  if (!answer.ok) return { ok: false, error: answer.error }
  const endpoint = endpointUrl(baseUrl)
  const models = listedModels(answer.body)
  if (!endpoint.ok || models === undefined) {
    const detail = {
      ...(endpoint.ok && { subject: endpoint.origin }),
      said: "The answer is no list of models.",
    }
    return { ok: false, error: new ModelError("badResponse", detail) }
  }
  const { isLoopback } = endpoint
  const facts = await nativeFacts({ baseUrl, key, signal, isLoopback, body: answer.body, models })
  return { ok: true, models: withFacts(models, facts) }
}

function withFacts(models: readonly ListedModel[], facts: NativeFacts): readonly ListedModel[] {
  return models
    .filter(({ id }) => facts.get(id) !== null)
    .map(model => {
      const { contextLimit, ...known } = { ...model, ...facts.get(model.id), id: model.id }
      // A window that is there makes the one that could be there uninteresting.
      return contextLimit === undefined || known.contextWindow !== undefined
        ? known
        : { ...known, contextLimit }
    })
}
