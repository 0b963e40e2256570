// Everything that talks to endpoints, put together: the model at one, its examination, its account. The one place that
// joins settings and keys with the hosted models; a file of its own in dist, loaded when it is first needed.
import { countO200kTokens } from "../harmony/countO200kTokens.ts"
import { examineEndpoint } from "../model/hosted/doctor/examineEndpoint.ts"
import type { EndpointMemory } from "../model/hosted/endpointFacts.ts"
import { endpointModel } from "../model/hosted/endpointModel.ts"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import { freeLlmRouterModel } from "../model/hosted/freeLlmRouter/freeLlmRouterModel.ts"
import { type FreeModelIds, freeModelIds } from "../model/hosted/freeLlmRouter/freeModelIds.ts"
import { outcomeReports } from "../model/hosted/freeLlmRouter/outcomeReports.ts"
import { accountLines, openRouterAccount } from "../model/hosted/openRouter/openRouterAccount.ts"
import { openRouterExtra } from "../model/hosted/openRouter/openRouterExtra.ts"
import { type Preset, presetOf } from "../model/hosted/presets.ts"
import { rawProbe } from "../model/hosted/raw/rawProbe.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { observedModel } from "../model/observedModel.ts"
import type { DoctorReport } from "../protocol/endpointPage.ts"
import type { EndpointLedger } from "./endpointLedger.ts"
import { freeLlmRouterWish, textUrl } from "./endpointPlaces.ts"
import type { KeyStore } from "./keyStore.ts"
import { labelOf } from "./modelChoices.ts"
import { type EndpointChoice, formatReference } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"
import type { Memory } from "./recentModels.ts"

export type EndpointParts = {
  /** Asks nothing of it yet. */
  model(choice: EndpointChoice, settings: Settings): LanguageModel
  examine(choice: EndpointChoice, signal: AbortSignal): AsyncIterable<DoctorReport>
  /** Whole lines about what is left there. */
  account(choice: EndpointChoice, signal: AbortSignal): Promise<readonly string[]>
}

export type EndpointPartsOptions = {
  readonly settings: () => Settings
  readonly keys: KeyStore
  readonly memory: EndpointMemory
  readonly ledger: EndpointLedger
  /** VS Code's own for the extension; for the list of free models. */
  readonly memento: Memory
  /** An answer more was counted. */
  readonly onCounted: () => void
}

const freeListName = "osprey.freeModels"

export function endpointParts(options: EndpointPartsOptions): EndpointParts {
  const { settings, keys, memory, ledger, memento } = options
  const apiKey = (origin: string) => keys.get(origin)
  const freeLists = new Map<string, FreeModelIds>()

  function freeList(models: "gptOss" | "any"): FreeModelIds {
    const list =
      freeLists.get(models) ??
      freeModelIds({
        ...{ apiKey, models },
        memory: {
          get: () => memento.get(`${freeListName}.${models}`),
          set: kept => void memento.update(`${freeListName}.${models}`, kept),
        },
      })
    freeLists.set(models, list)
    return list
  }

  function plain(choice: EndpointChoice, now: Settings): LanguageModel {
    const preset = presetOf(choice.url)
    return endpointModel({
      ...{ baseUrl: choice.url, model: choice.model, label: labelOf(choice), preset, memory, apiKey },
      ...now.endpoint,
      countTokens: countO200kTokens,
      ...additions(preset, now),
    })
  }

  function free(choice: EndpointChoice, wish: "gptOss" | "any", now: Settings): LanguageModel {
    const url = textUrl(choice)
    const { description } = plain({ ...choice, url }, now)
    return freeLlmRouterModel({
      description: { ...description, label: labelOf(choice) },
      list: freeList(wish),
      model: id => plain({ type: "endpoint", url, model: id }, now),
      countTokens: countO200kTokens,
      report: outcomeReports({ isOn: () => settings().freeLlmRouter.report, apiKey }),
    })
  }

  async function account(choice: EndpointChoice, signal: AbortSignal): Promise<readonly string[]> {
    const wish = freeLlmRouterWish(choice)
    const url = textUrl(choice)
    const lines = wish === undefined ? [] : freeList(wish).lines()
    const checked = endpointUrl(url)
    if (!checked.ok || presetOf(url).id !== "openRouter") return lines
    const key = await keys.get(checked.origin)
    if (key === undefined) return [...lines, "No key for OpenRouter is stored."]
    const answer = await openRouterAccount({ key, signal, baseUrl: url })
    return [
      ...lines,
      ...(answer.ok ? accountLines(answer.account) : ["The account can’t be asked just now."]),
    ]
  }

  async function* examine(choice: EndpointChoice, signal: AbortSignal) {
    const url = textUrl(choice)
    const checked = endpointUrl(url)
    const key = checked.ok ? await keys.get(checked.origin) : undefined
    const preset = presetOf(url)
    const wish = freeLlmRouterWish(choice)
    const [model = choice.model] = wish === undefined ? [] : await freeList(wish).ids(signal)
    yield* examineEndpoint({
      ...{ baseUrl: url, model, key, preset, memory, signal, now: Date.now },
      additions: additions(preset, settings()),
      async rawProbe(until) {
        const found = await rawProbe({ baseUrl: url, key, model, signal: until })
        memory.learn(url, model, { rawVocabulary: found?.vocabulary })
        return found?.form ?? null
      },
    })
  }

  return {
    model(choice, now) {
      const wish = freeLlmRouterWish(choice)
      const model = wish === undefined ? plain(choice, now) : free(choice, wish, now)
      return observedModel(model, seen => {
        ledger.note(formatReference(choice), seen)
        options.onCounted()
      })
    },
    examine,
    account,
  }
}

/** What only this service's requests carry. */
function additions(preset: Preset, { openRouter }: Settings) {
  return preset.id === "openRouter" ? { extra: openRouterExtra(openRouter) } : {}
}
