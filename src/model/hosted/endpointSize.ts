// How much a model at an endpoint reads and writes, and its price: the user's word, else what the endpoint said, else
// what gpt-oss can.
import type { ModelDescription } from "../languageModel.ts"
import type { EndpointFacts } from "./endpointFacts.ts"

export type EndpointSize = Pick<ModelDescription, "contextWindow" | "outputLimit" | "price">

/** In tokens; enough for a long answer and a bound for one that never ends. */
const longestAnswer = 16_384

/** gpt-oss's own; for endpoints that don't say theirs. */
const usualWindow = 131_072

/** `wanted`: tokens; 0: what the endpoint says. */
export function endpointSize(wanted: number, facts: EndpointFacts): EndpointSize {
  const contextWindow = wanted || facts.contextWindow || usualWindow
  const outputLimit = Math.min(longestAnswer, Math.floor(contextWindow / 4))
  return { contextWindow, outputLimit, ...(facts.price !== undefined && { price: facts.price }) }
}
