// Where an endpoint's text and keys go. Free LLM Router is the odd one: it only ranks models, so its address stands
// in the settings, but text goes to OpenRouter and each of the two gets a key of its own. Asks nothing.
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import { freeLlmRouterUrl } from "../model/hosted/freeLlmRouter/freeModelIds.ts"
import { openRouterUrl } from "../model/hosted/openRouter/openRouterAccount.ts"
import type { EndpointChoice } from "./modelReference.ts"

/** What stands for a model's name behind Free LLM Router's address, and what people read. */
export const freeModels = { gptOss: "gpt-oss", any: "any" } as const

/** Undefined: not Free LLM Router. Of its models only gpt-oss, unless any is wished. */
export function freeLlmRouterWish({ url, model }: EndpointChoice): "gptOss" | "any" | undefined {
  const checked = endpointUrl(url)
  if (!checked.ok || checked.origin !== new URL(freeLlmRouterUrl).origin) return undefined
  return model === freeModels.any ? "any" : "gptOss"
}

/** The base URL that messages and code are sent to. */
export function textUrl(choice: EndpointChoice): string {
  return freeLlmRouterWish(choice) === undefined ? choice.url : openRouterUrl
}

/** Origins that are asked with a key, each with its own; empty for an address that can't be used. */
export function keyOrigins(choice: EndpointChoice): readonly string[] {
  return [...new Set([choice.url, textUrl(choice)])].flatMap(url => {
    const checked = endpointUrl(url)
    return checked.ok ? [checked.origin] : []
  })
}
