// What local servers say of their models in their own way and not in the common list: the window that is really
// there. Asked besides the list, at the same origin; whatever fails or makes no sense is simply not known.
import { endpointJson, serverRoot } from "./endpointJson.ts"
import { isGptOssId } from "./gptOssId.ts"
import { type JsonFields, jsonFields, listOf, nameOf, tokensOf } from "./jsonFields.ts"
import { canChat, type ListedModel, listedModel } from "./listedModels.ts"

export type NativeQuestion = {
  readonly baseUrl: string
  readonly key?: string | undefined
  readonly signal: AbortSignal
  readonly isLoopback: boolean
  /** The common list's answer and its models. */
  readonly body: unknown
  readonly models: readonly ListedModel[]
}

/** By id; null: not a model to chat with. */
export type NativeFacts = ReadonlyMap<string, Partial<ListedModel> | null>

/**
 * Servers are known by `owned_by` in their list; one on this computer that isn't (Ollama puts a user's name there)
 * is asked in all the ways. A hosted one gets no question it may not know.
 */
export async function nativeFacts(question: NativeQuestion): Promise<NativeFacts> {
  const marks = listOf(jsonFields(question.body).data).map(entry => jsonFields(entry).owned_by)
  const known = natives.filter(({ mark }) => marks.includes(mark))
  const hasWindow = question.models.some(({ contextWindow }) => contextWindow !== undefined)
  const asked = known.length > 0 ? known : question.isLoopback && !hasWindow ? natives : []
  const found = await Promise.all(asked.map(({ read }) => read(question)))
  return new Map(found.flatMap(facts => [...facts]))
}

type Found = readonly (readonly [string, Partial<ListedModel> | null])[]

const natives: readonly {
  readonly mark: string
  readonly read: (question: NativeQuestion) => Promise<Found>
}[] = [
  { mark: "llamacpp", read: llamaServer },
  { mark: "library", read: ollama },
  { mark: "organization_owner", read: lmStudio },
]

/** `/props` tells the window of one slot. With several models behind one door it would be a guess whose. */
async function llamaServer(question: NativeQuestion): Promise<Found> {
  const [only, ...others] = question.models
  if (only === undefined || others.length > 0) return []
  const props = await answer(question, "/props")
  const contextWindow = tokensOf(jsonFields(props.default_generation_settings).n_ctx, props.n_ctx)
  return contextWindow === undefined ? [] : [[only.id, { contextWindow }]]
}

const maxShown = 4

/** A loaded model's window is in `/api/ps`; else `num_ctx` of its file. Ollama's default is far below the limit. */
async function ollama(question: NativeQuestion): Promise<Found> {
  const ids = question.models.map(({ id }) => id).filter(isGptOssId)
  if (ids.length === 0) return []
  const [ps, ...shown] = await Promise.all([
    answer(question, "/api/ps"),
    ...ids.slice(0, maxShown).map(model => answer(question, "/api/show", { model })),
  ])
  const running = new Map(
    listOf(ps.models)
      .map(jsonFields)
      .map(({ name, context_length }) => [nameOf(name), tokensOf(context_length)]),
  )
  return shown.map((show, at) => {
    const id = ids[at] ?? ""
    const contextWindow = running.get(id) ?? tokensOf(numCtx(show.parameters))
    const limit = Object.entries(jsonFields(show.model_info)).find(([name]) =>
      name.endsWith(".context_length"),
    )
    const contextLimit = contextWindow === undefined ? tokensOf(limit?.[1]) : undefined
    const canCall = Array.isArray(show.capabilities) ? show.capabilities.includes("tools") : undefined
    return [
      id,
      {
        ...(contextWindow !== undefined && { contextWindow }),
        ...(contextLimit !== undefined && { contextLimit }),
        ...(canCall !== undefined && { supportsTools: canCall }),
      },
    ]
  })
}

/** "temperature 1\nnum_ctx 32768" */
function numCtx(parameters: unknown): string | undefined {
  return typeof parameters === "string" ? /^num_ctx\s+(\d+)\s*$/m.exec(parameters)?.[1] : undefined
}

/** `/api/v0/models`; newer versions have `/api/v1/models` with the loaded instances inside. */
async function lmStudio(question: NativeQuestion): Promise<Found> {
  const old = await answer(question, "/api/v0/models")
  const entries = Array.isArray(old.data) ? old.data : (await answer(question, "/api/v1/models")).models
  return listOf(entries)
    .map(jsonFields)
    .map(withLoadedWindow)
    .flatMap(entry => {
      const model = listedModel(entry)
      return model === undefined ? [] : [[model.id, canChat(entry) ? model : null] as const]
    })
}

function withLoadedWindow(entry: JsonFields): JsonFields {
  const instances = listOf(entry.loaded_instances).map(each => jsonFields(jsonFields(each).config))
  const windows = instances.map(config => tokensOf(config.context_length)).filter(each => each !== undefined)
  return windows.length === 0 ? entry : { ...entry, loaded_context_length: Math.min(...windows) }
}

/** Milliseconds; the list shall not wait for niceties. */
const patience = 3000

async function answer(
  { baseUrl, key, signal }: NativeQuestion,
  path: string,
  body?: object,
): Promise<JsonFields> {
  const asked = { baseUrl: serverRoot(baseUrl), path, key, signal, body, timeoutMs: patience }
  const found = await endpointJson(asked)
  return found.ok ? jsonFields(found.body) : {}
}
