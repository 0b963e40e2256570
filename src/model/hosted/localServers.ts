// The model servers that people run on their own computer, each asked once for its models when the user wishes so.
// Loopback only, no key, no redirect, a second's patience, a bounded answer; nothing runs in the background.
import { boundedText } from "../../base/boundedText.ts"
import type { FoundServer, LocalServerId } from "../../protocol/modelOffer.ts"
import { isGptOssId } from "./gptOssId.ts"

export type LocalServer = FoundServer & {
  /** What goes into the settings: the address that was asked. */
  readonly baseUrl: string
}

export type ServerPlace = { readonly id: LocalServerId; readonly name: string; readonly port: number }

/** Default ports from each server's own documentation. */
export const usualPlaces: readonly ServerPlace[] = [
  { id: "ollama", name: "Ollama", port: 11_434 },
  { id: "lmStudio", name: "LM Studio", port: 1234 },
  { id: "llamaServer", name: "llama-server", port: 8080 },
  { id: "vllm", name: "vLLM", port: 8000 },
]

/** Those that answer like a model server, in the order of the places. Never throws. */
export async function localServers(places = usualPlaces, patienceMs = 1000): Promise<readonly LocalServer[]> {
  const asked = await Promise.all(places.map(place => ask(place, patienceMs)))
  return asked.filter(server => server !== undefined)
}

async function ask({ id, name, port }: ServerPlace, patienceMs: number): Promise<LocalServer | undefined> {
  // The number, not the name: what was asked is what is used later, whatever "localhost" resolves to.
  const baseUrl = `http://127.0.0.1:${port}/v1`
  const answer = await listing(`${baseUrl}/models`, patienceMs)
  const server = { id, name, place: `localhost:${port}`, baseUrl, models: [] }
  switch (answer.type) {
    case "silent":
      return undefined
    case "locked":
      // Other programs lock their doors too, so the port's usual name would be a guess.
      return {
        ...server,
        name: `Port ${port}`,
        reason: "a server that asks for a key; connect it as an endpoint",
      }
    case "models": {
      const models = answer.ids.filter(isGptOssId).slice(0, maxModels)
      const reason = answer.ids.length === 0 ? "runs, but has no model yet" : "runs, but has no gpt-oss model"
      return models.length > 0 ? { ...server, models } : { ...server, reason }
    }
  }
}

type Listing =
  | { readonly type: "models"; readonly ids: readonly string[] }
  | { readonly type: "locked" }
  | { readonly type: "silent" }

const silent: Listing = { type: "silent" }

async function listing(url: string, patienceMs: number): Promise<Listing> {
  try {
    const response = await globalThis.fetch(url, {
      headers: { accept: "application/json", "user-agent": "Osprey" },
      redirect: "manual",
      credentials: "omit",
      signal: AbortSignal.timeout(patienceMs),
    })
    if (response.status === 401 || response.status === 403) {
      await response.body?.cancel()
      return { type: "locked" }
    }
    const text = await boundedText(response, maxAnswer)
    const ids = response.status === 200 && text !== undefined ? modelIds(JSON.parse(text)) : undefined
    return ids === undefined ? silent : { type: "models", ids }
  } catch {
    // Nobody there, too slow, cut off or no JSON: for the user all one, no model server.
    return silent
  }
}

/** Bytes; a list of some thousand models. */
const maxAnswer = 1_048_576
const maxModels = 20

/** Undefined: not the answer of a model server. Ollama without models says `"data": null`. */
function modelIds(answer: unknown): readonly string[] | undefined {
  if (typeof answer !== "object" || answer === null || !("data" in answer)) return undefined
  if (answer.data === null && "object" in answer && answer.object === "list") return []
  if (!Array.isArray(answer.data)) return undefined
  return answer.data.map((model: unknown) => idOf(model)).filter(id => id !== undefined)
}

/** Names are shown and sent back: no control or formatting characters, no novels. */
function idOf(model: unknown): string | undefined {
  if (typeof model !== "object" || model === null || !("id" in model)) return undefined
  const { id } = model
  return typeof id === "string" && /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u.test(id) ? id : undefined
}
