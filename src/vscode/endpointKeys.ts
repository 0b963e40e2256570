// The question for an endpoint's key, and the two commands about keys. A key is tried at its own origin before it is
// kept, so that a wrong one is said at once; it goes to the key store and nowhere else.
import { endpointJson } from "../model/hosted/endpointJson.ts"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import { freeLlmRouterUrl } from "../model/hosted/freeLlmRouter/freeModelIds.ts"
import { endpointModels } from "../model/hosted/modelList.ts"
import { openRouterAccount, openRouterUrl } from "../model/hosted/openRouter/openRouterAccount.ts"
import { presetOf } from "../model/hosted/presets.ts"
import { type Answer, back, type Dialogue } from "./dialogue.ts"
import { keyOrigins } from "./endpointPlaces.ts"
import type { KeyStore } from "./keyStore.ts"
import { modelRoles, roleModels } from "./modelChoices.ts"
import type { Settings } from "./readSettings.ts"

export type KeyParts = { readonly dialogue: Dialogue; readonly keys: KeyStore }

type KeyQuestion = KeyParts & {
  /** Of the server that is to get the key. */
  readonly baseUrl: string
  readonly canGoBack?: boolean
}

/** "kept", or "none" where the user entered none and none is needed. */
export async function askKey(question: KeyQuestion): Promise<Answer<"kept" | "none">> {
  const { dialogue, keys, baseUrl, canGoBack = false } = question
  const checked = endpointUrl(baseUrl)
  if (!checked.ok) return undefined
  const { origin, host } = new URL(checked.origin)
  const isFreeRouter = origin === originOf(freeLlmRouterUrl)
  const preset = presetOf(baseUrl)
  const page = isFreeRouter ? origin : preset.keyPage
  const isOptional = isFreeRouter || preset.keyPage === undefined
  const hint = isFreeRouter
    ? "Without it, OpenRouter’s usual free models are tried. "
    : isOptional
      ? "Leave it empty if the endpoint takes none. "
      : ""
  const key = await dialogue.input({
    title: `API key for ${host}`,
    prompt: `${hint}Kept in VS Code's secret storage and sent to ${origin} only.`,
    isSecret: true,
    fault: text => {
      if (text === "") return isOptional ? undefined : "Enter the key."
      return /^[\x21-\x7e]+$/.test(text) ? undefined : "A key has no blanks and no special characters."
    },
    finalFault: async (text, signal) => (text === "" ? undefined : keyFault(baseUrl, text, signal)),
    ...(page !== undefined && { page: { url: page, label: `Get a key: ${new URL(page).host}` } }),
    canGoBack,
  })
  if (typeof key !== "string") return key
  if (key === "") return "none"
  await keys.set(origin, key)
  return "kept"
}

/** The command: for which endpoint is asked where the settings name several. True: a key was kept. */
export async function enterKey(settings: Settings, { dialogue, keys }: KeyParts): Promise<boolean> {
  const servers = serversOf(settings)
  if (servers.length === 0) {
    dialogue.tell("No endpoint is set that could take a key. Connect one first.")
    return false
  }
  const baseUrl = await chooseServer("Enter an API key for…", servers, dialogue)
  if (baseUrl === undefined) return false
  return (await askKey({ dialogue, keys, baseUrl })) === "kept"
}

export async function removeKey(settings: Settings, { dialogue, keys }: KeyParts): Promise<void> {
  const servers: string[] = []
  for (const url of serversOf(settings)) if ((await keys.get(originOf(url))) !== undefined) servers.push(url)
  if (servers.length === 0) return dialogue.tell("No key is stored for the endpoints in your settings.")
  const baseUrl = await chooseServer("Remove the API key for…", servers, dialogue)
  if (baseUrl !== undefined) await keys.delete(originOf(baseUrl))
}

/** One sentence when the server says no to the key; undefined also when it can't be asked. */
async function keyFault(baseUrl: string, key: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await tried(baseUrl, key, signal)
  const isRefused = !answer.ok && answer.error.kind === "unauthorized"
  return isRefused ? `${new URL(baseUrl).host} refused this key.` : undefined
}

/** OpenRouter shows its models to everybody, so there the key itself is asked about. */
function tried(baseUrl: string, key: string, signal: AbortSignal) {
  switch (originOf(baseUrl)) {
    case originOf(openRouterUrl):
      return openRouterAccount({ key, signal })
    case originOf(freeLlmRouterUrl):
      return endpointJson({ baseUrl, path: "/models/ids?topN=1", key, signal })
    default:
      return endpointModels({ baseUrl, key, signal })
  }
}

/** Base URLs of all servers that the settings let get a key, the chat's first, each origin once. */
function serversOf(settings: Settings): readonly string[] {
  const choices = Object.values(modelRoles).flatMap(({ name }) => {
    const { chosen, fallbacks } = roleModels(name, settings)
    return chosen === undefined ? fallbacks : [chosen, ...fallbacks]
  })
  const servers = new Map<string, string>()
  for (const choice of choices) {
    if (choice.type !== "endpoint") continue
    for (const origin of keyOrigins(choice))
      if (!servers.has(origin))
        servers.set(origin, origin === originOf(choice.url) ? choice.url : openRouterUrl)
  }
  return [...servers.values()]
}

async function chooseServer(
  title: string,
  servers: readonly string[],
  dialogue: Dialogue,
): Promise<string | undefined> {
  if (servers.length === 1) return servers[0]
  const rows = servers.map(url => ({ label: new URL(url).host, description: url, value: url }))
  const answer = await dialogue.pick({ title, rows })
  return answer === back ? undefined : answer
}

function originOf(url: string): string {
  return new URL(url).origin
}
