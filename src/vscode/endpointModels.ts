// The question which model of an endpoint: its own list as it comes in, gpt-oss first, with the preset's names until
// then or instead, and any other name that is typed.

import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import { isGptOssId } from "../model/hosted/gptOssId.ts"
import type { ListedModel } from "../model/hosted/listedModels.ts"
import { endpointModels } from "../model/hosted/modelList.ts"
import type { Preset } from "../model/hosted/presets.ts"
import type { ModelError } from "../model/modelError.ts"
import type { Answer, Dialogue, Row } from "./dialogue.ts"
import { freeLlmRouterWish, freeModels } from "./endpointPlaces.ts"
import type { KeyStore } from "./keyStore.ts"
import { factWords, tokenWords } from "./modelFigures.ts"
import { modelNameFault } from "./modelReference.ts"

type ModelQuestion = {
  readonly dialogue: Dialogue
  readonly keys: KeyStore
  readonly url: string
  readonly preset: Preset
  readonly canGoBack: boolean
}

/** "key": the endpoint refused the stored key, or wants one, and the user has another. */
export type EndpointModelAnswer = Answer<ListedModel | "key">

export async function chooseEndpointModel(question: ModelQuestion): Promise<EndpointModelAnswer> {
  const { dialogue, keys, url, preset, canGoBack } = question
  const checked = endpointUrl(url)
  if (!checked.ok) return undefined
  const host = new URL(checked.origin).host
  if (freeLlmRouterWish({ type: "endpoint", url, model: "" }) !== undefined)
    return dialogue.pick<ListedModel | "key">({ title: "Free LLM Router: models", rows: freeRows, canGoBack })

  const remembered = preset.models.map(id => ({ id }))
  return dialogue.pick<ListedModel | "key">({
    title: `${host}: model`,
    placeholder: "Choose a model, or type its name",
    rows: listRows(remembered, "Other models"),
    async later(show, signal) {
      const key = await keys.get(checked.origin)
      const list = await endpointModels({ baseUrl: url, key, signal })
      show(list.ok ? listRows(list.models, "Other models") : failedRows(list.error, host, remembered))
    },
    typed: text => (modelNameFault(text) === undefined ? anotherName(text) : undefined),
    canGoBack,
  })
}

type ModelRow = Row<ListedModel | "key">

const freeRows: readonly ModelRow[] = [
  {
    label: "gpt-oss",
    description: "free hosts of gpt-oss, best first",
    value: { id: freeModels.gptOss },
  },
  {
    label: "Any model",
    description: "whatever free model does best; Osprey is made for gpt-oss",
    value: { id: freeModels.any },
  },
]

function listRows(models: readonly ListedModel[], rest: string): readonly ModelRow[] {
  return models.map(model => ({
    label: model.id,
    ...(model.name !== undefined && model.name !== model.id && { description: model.name }),
    detail: figures(model),
    section: isGptOssId(model.id) ? "gpt-oss" : rest,
    value: model,
  }))
}

function figures({ contextLimit, supportsTools, ...facts }: ListedModel): string {
  const limit = contextLimit === undefined ? [] : [`up to ${tokenWords(contextLimit)} context`]
  return [...limit, ...factWords(facts), ...(supportsTools === false ? ["can’t call tools"] : [])].join(" · ")
}

function failedRows(error: ModelError, host: string, usual: readonly ListedModel[]): readonly ModelRow[] {
  const names = usual.map(model => ({ label: model.id, section: "Usual names", value: model }))
  if (error.kind !== "unauthorized") {
    const section =
      error.kind === "badResponse" ? `${host} sent no list` : `${host} can’t be asked for its list`
    return names.map(row => ({ ...row, section }))
  }
  const label = "Enter another key…"
  return [
    { label, icon: "key", description: `${host} refused the request without it`, value: "key" },
    ...names,
  ]
}

/** Without the text in its label, so that what the list has comes first. */
function anotherName(text: string): ModelRow {
  return { label: "Another name", description: text, icon: "edit", value: { id: text } }
}
