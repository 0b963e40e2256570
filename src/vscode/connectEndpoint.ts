// The way to an endpoint in four questions: which one, at which address, with which key, which model. Every step can
// be taken back or left; nothing is chosen before the last. Only the endpoint itself is asked, for its models.
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import { freeLlmRouterUrl } from "../model/hosted/freeLlmRouter/freeModelIds.ts"
import type { ListedModel } from "../model/hosted/listedModels.ts"
import { customPreset, type Preset, presetOf, presets } from "../model/hosted/presets.ts"
import type { Answer, Dialogue, Row } from "./dialogue.ts"
import { askKey } from "./endpointKeys.ts"
import { chooseEndpointModel } from "./endpointModels.ts"
import { keyOrigins } from "./endpointPlaces.ts"
import type { KeyStore } from "./keyStore.ts"
import { type EndpointChoice, endpointChoice } from "./modelReference.ts"
import { type Step, walkSteps } from "./walkSteps.ts"

export type ConnectParts = {
  readonly dialogue: Dialogue
  readonly keys: KeyStore
  /** Told what an endpoint says of the model that was chosen. */
  readonly learn?: (choice: EndpointChoice, model: ListedModel) => void
}

export type ConnectStart = {
  /** The address is known already, and only looked at once more. */
  readonly url?: string
  /** There is a question before the first. */
  readonly canGoBack?: boolean
}

/** Undefined: cancelled. A key that the endpoint took is kept in any case: some are shown to their owner only once. */
export async function connectEndpoint(
  { dialogue, keys, learn }: ConnectParts,
  start: ConnectStart = {},
): Promise<Answer<EndpointChoice>> {
  const known = start.url === undefined ? undefined : presetOf(start.url)
  let preset = known ?? customPreset
  let url = start.url ?? ""
  let asksForKey = false
  let chosen: EndpointChoice | undefined

  async function choosePreset(canGoBack: boolean): Promise<Step> {
    if (known !== undefined) return "skip"
    const title = "Connect an endpoint"
    const placeholder = "Where does gpt-oss run?"
    const answer = await dialogue.pick({ title, placeholder, rows: presetRows, canGoBack })
    if (typeof answer !== "object") return answer
    if (answer !== preset) url = answer.id === "freeLlmRouter" ? freeLlmRouterUrl : answer.baseUrl
    preset = answer
    return "next"
  }

  async function askUrl(canGoBack: boolean): Promise<Step> {
    if (preset.id !== "custom" && !preset.local) return "skip"
    const answer = await dialogue.input({
      title: `${preset.name}: base URL`,
      prompt: preset.note,
      value: url,
      placeholder: "https://openrouter.ai/api/v1 or http://localhost:11434/v1",
      fault(text) {
        const checked = endpointUrl(text)
        return checked.ok ? undefined : checked.sentence
      },
      canGoBack,
    })
    if (typeof answer !== "string") return answer
    url = answer
    return "next"
  }

  /** `index`: of the origins that get a key. Free LLM Router has two, itself and OpenRouter. */
  async function keyStep(index: number, canGoBack: boolean): Promise<Step> {
    const origin = keyOrigins({ type: "endpoint", url, model: "" })[index]
    const checked = endpointUrl(url)
    if (origin === undefined || !checked.ok) return "skip"
    const isMissing = !checked.isLoopback && (await keys.get(origin)) === undefined
    if (!isMissing && !asksForKey) return "skip"
    const baseUrl = index === 0 ? url : preset.baseUrl
    const answer = await askKey({ dialogue, keys, baseUrl, canGoBack })
    return typeof answer === "string" ? "next" : answer
  }

  async function chooseModel(canGoBack: boolean): Promise<Step> {
    const answer = await chooseEndpointModel({ dialogue, keys, url, preset, canGoBack })
    asksForKey = answer === "key"
    if (answer === "key") return firstKeyStep
    if (typeof answer !== "object") return answer
    chosen = endpointChoice(url, answer.id)
    if (chosen !== undefined) learn?.(chosen, answer)
    return "next"
  }

  const keySteps = [0, 1].map(index => (canGoBack: boolean) => keyStep(index, canGoBack))
  const ended = await walkSteps([choosePreset, askUrl, ...keySteps, chooseModel], start.canGoBack ?? false)
  return ended === "done" ? chosen : ended
}

/** Where the key steps begin in the walk. */
const firstKeyStep = 2

const presetRows: readonly Row<Preset>[] = [...presets, customPreset].map(preset => ({
  label: preset.name,
  ...(preset.baseUrl !== "" && { description: new URL(preset.baseUrl).host }),
  detail: preset.note,
  section: sectionOf(preset),
  value: preset,
}))

function sectionOf({ id, local }: Preset): string {
  if (id === "custom") return "Another one"
  return local ? "On this computer or in your network" : "Hosted"
}
