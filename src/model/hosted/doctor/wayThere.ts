// The first steps of an examination: does somebody answer, is it a model endpoint, which models does it list. Two or
// three small GET requests; judges what came back and says what the rest may build on.
import type { ModelError, ModelErrorKind } from "../../modelError.ts"
import { type EndpointAnswer, endpointJson, serverRoot } from "../endpointJson.ts"
import { listedModels } from "../listedModels.ts"
import type { Conclusion } from "./doctorChecks.ts"
import type { Examined } from "./examined.ts"
import { isListed, nearNames } from "./nearNames.ts"
import {
  keyFinding,
  missingModelFinding,
  missingVersionFinding,
  type Place,
  unavailableModelFinding,
  unreachableFinding,
} from "./placeFindings.ts"
import { counted } from "./plainWords.ts"
import { serverKind } from "./serverKinds.ts"

/** What the steps after these know. */
export type Way = {
  readonly place: Place
  /** The list's body, and the names in it; absent where there is no list. */
  readonly list?: { readonly body: unknown; readonly names: readonly string[] }
}

/** Returns undefined when nothing else is worth asking; the last conclusion then says why. */
export async function* wayThere(examined: Examined): AsyncGenerator<Conclusion, Way | undefined> {
  const startedAt = examined.now()
  const health = await healthAnswer(examined)
  let ms = examined.now() - startedAt
  if (health !== undefined && isDead(health)) return yield* end(health, placeOf(examined, health))
  const list = await question(examined, examined.baseUrl, "/models")
  if (health === undefined) ms = examined.now() - startedAt
  const place = placeOf(examined, list)
  if (examined.signal.aborted) return undefined
  if (isDead(list)) return yield* end(list, place)
  const models = list.ok ? listedModels(list.body) : undefined
  if (models === undefined && (await answersBelow(examined))) {
    yield { check: "reach", findings: [missingVersionFinding(examined.baseUrl)] }
    return undefined
  }
  if (isPage(list)) return yield* end(list, place)
  yield { check: "reach", passed: `Reachable, ${Math.max(1, Math.round(ms))} ms` }
  if (!list.ok && aboutKey.has(list.error.kind)) {
    yield { check: "key", findings: [keyFinding(list.error, place)] }
    return undefined
  }
  if (models === undefined) return { place }
  const names = models.map(({ id }) => id)
  if (isListed(examined.model, names)) yield listed(names)
  return { place, list: { body: list.ok ? list.body : undefined, names } }
}

/** The server answered that it hasn't got the model, or none was named. */
export function missingModel({ place, list }: Way, error: ModelError): Conclusion {
  const names = list?.names ?? []
  const finding = isListed(place.model, names)
    ? unavailableModelFinding(error, place)
    : missingModelFinding(place, { near: nearNames(place.model, names), listed: names.length })
  return { check: "models", findings: [finding] }
}

/** The model answers though no list names it: an alias, or there is no list. */
export function foundModel({ list }: Way): Conclusion {
  if (list !== undefined) return listed(list.names)
  return {
    check: "models",
    findings: [
      {
        id: "models",
        severity: "info",
        title: "No list of models is offered",
        reason:
          "The model answers, but the server doesn't say which others it has, nor their context length.",
      },
    ],
  }
}

const aboutKey: ReadonlySet<ModelErrorKind> = new Set(["unauthorized", "paymentRequired"])

/** Nobody there, or nobody that may be talked to. */
const dead: ReadonlySet<ModelErrorKind> = new Set([
  "unreachable",
  "timeout",
  "insecure",
  "notConfigured",
  "redirected",
  "internal",
])

function isDead(answer: EndpointAnswer): boolean {
  if (answer.ok) return false
  return dead.has(answer.error.kind) || answer.error.detail.status === 503
}

/** A page for people, whatever its status. */
function isPage(answer: EndpointAnswer): boolean {
  return !answer.ok && typeof answer.body === "string" && /^\s*<(?:!doctype|html|\?xml)/i.test(answer.body)
}

async function* end(answer: EndpointAnswer, place: Place): AsyncGenerator<Conclusion, undefined> {
  if (!answer.ok) yield { check: "reach", findings: [unreachableFinding(answer.error, place)] }
  return undefined
}

function listed(names: readonly string[]): Conclusion {
  return { check: "models", passed: `${counted(names.length, "model")} listed` }
}

function placeOf(examined: Examined, answer: EndpointAnswer): Place {
  const { baseUrl, model, key, isLoopback, preset } = examined
  return {
    baseUrl,
    model,
    isLoopback,
    hasKey: key !== undefined,
    server: serverKind(preset.id, answer),
    keyPage: preset.keyPage,
  }
}

async function healthAnswer(examined: Examined): Promise<EndpointAnswer | undefined> {
  const path = examined.preset.dialect.healthPath
  const root = serverRoot(examined.baseUrl)
  // Where the list is the sign of health it is asked for anyway.
  if (path === null || root + path === `${examined.baseUrl}/models`) return undefined
  return await question(examined, root, path)
}

/** Whether models answer under "/v1" of an address that was entered without it. */
async function answersBelow(examined: Examined): Promise<boolean> {
  if (/\/v\d+$/.test(examined.baseUrl)) return false
  const below = await question(examined, `${examined.baseUrl}/v1`, "/models")
  return below.ok && listedModels(below.body) !== undefined
}

async function question(examined: Examined, baseUrl: string, path: string): Promise<EndpointAnswer> {
  const { key, signal, patience } = examined
  const ask = () => endpointJson({ baseUrl, path, key, signal, timeoutMs: patience.questionMs })
  const answer = await ask()
  // A server that was restarted closed the connections that were kept open to it: no sign of anything.
  const isStale = !answer.ok && /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(answer.error.detail.said ?? "")
  return isStale && !signal.aborted ? await ask() : answer
}
