// The endpoints in use, as far as they are needed at once: what is known of a model and its page. What talks to a
// server is a file of its own, loaded when it is first needed.
import { countO200kTokens } from "../harmony/countO200kTokens.ts"
import { endpointSize } from "../model/hosted/endpointSize.ts"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import { presetOf } from "../model/hosted/presets.ts"
import type { ModelDescription } from "../model/languageModel.ts"
import { laterModel } from "../model/laterModel.ts"
import type { EndpointMaker } from "./activeModel.ts"
import type { ShownEndpoint } from "./endpointPages.ts"
import type { EndpointParts, EndpointPartsOptions } from "./endpointParts.ts"
import { freeLlmRouterWish, textUrl } from "./endpointPlaces.ts"
import { labelOf, placeOf } from "./modelChoices.ts"
import { type EndpointChoice, formatReference } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"

export type Endpoints = {
  readonly make: EndpointMaker
  /** What the page about an endpoint shows and asks. */
  shown(choice: EndpointChoice): ShownEndpoint
}

export function endpoints(options: EndpointPartsOptions): Endpoints {
  let loading: Promise<EndpointParts> | undefined

  function parts(): Promise<EndpointParts> {
    loading ??= import("./endpointParts.ts").then(({ endpointParts }) => endpointParts(options))
    return loading
  }

  function description(choice: EndpointChoice, { endpoint }: Settings): ModelDescription {
    const url = textUrl(choice)
    const checked = endpointUrl(url)
    return {
      ...{ id: choice.model, label: labelOf(choice), where: "hosted" },
      ...(checked.ok && { origin: checked.origin }),
      ...endpointSize(endpoint.contextWindow, options.memory.get(url, choice.model)),
      abilities: { tools: true, continueText: false },
    }
  }

  return {
    make: (choice, now) => ({
      model: laterModel(
        () => description(choice, now),
        countO200kTokens,
        async () => (await parts()).model(choice, now),
      ),
      dispose: () => {},
    }),
    shown(choice) {
      const key = formatReference(choice)
      return {
        ...{ key, place: placeOf(choice), model: choice.model },
        preset: freeLlmRouterWish(choice) === undefined ? presetOf(choice.url).name : "Free LLM Router",
        async *examine(signal) {
          yield* (await parts()).examine(choice, signal)
        },
        record: () => options.ledger.record(key),
        account: async signal => (await parts()).account(choice, signal),
      }
    },
  }
}
