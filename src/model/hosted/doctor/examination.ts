// The course of an examination: which question comes when, what a failure makes pointless, and what is remembered.
// The way there is wayThere's, words are the judgements'; a report is made of the conclusions elsewhere.
import type { ModelErrorKind } from "../../modelError.ts"
import type { RawForm } from "../chatDialect.ts"
import { dialectOf } from "../dialectOf.ts"
import { type EndpointMemory, endpointMemory } from "../endpointFacts.ts"
import { type ListedModel, listedModels } from "../listedModels.ts"
import { nativeFacts } from "../nativeFacts.ts"
import { askModel, type Question } from "./askModel.ts"
import type { Conclusion } from "./doctorChecks.ts"
import type { Examined } from "./examined.ts"
import { judgeEffort, judgeMarkup, judgeReasoning, judgeStreaming } from "./judgeAnswer.ts"
import { judgeContext, judgeJson, judgeRaw } from "./judgeExtras.ts"
import { judgeTools } from "./judgeTools.ts"
import { isListed } from "./nearNames.ts"
import { keyFinding } from "./placeFindings.ts"
import type { ProbeAnswer } from "./probeAnswer.ts"
import { hardQuestion, isWordLength, jsonQuestion, plainQuestion, toolQuestion } from "./questions.ts"
import { foundModel, missingModel, type Way, wayThere } from "./wayThere.ts"

export type ExaminationNeeds = {
  readonly examined: Examined
  /** Where findings are kept for the product; the questions themselves start from nothing known. */
  readonly memory: EndpointMemory
  readonly rawProbe: (signal: AbortSignal) => Promise<RawForm | null>
}

/** At most ten small requests. Ends early after an abort, and where nothing more is worth asking. */
export async function* examination(needs: ExaminationNeeds): AsyncGenerator<Conclusion> {
  const { examined } = needs
  const way = yield* wayThere(examined)
  if (way === undefined || examined.signal.aborted) return
  const seen = endpointMemory(examined.now)
  const ask = (question: Omit<Question, "patienceMs">) =>
    askModel(examined, { ...question, patienceMs: examined.patience.answerMs }, seen)
  const { firstAnswerMs, answerMs } = examined.patience
  const patienceMs = way.place.isLoopback ? firstAnswerMs : answerMs
  const plain = await askModel(examined, { ...plainQuestion, patienceMs }, seen)
  if (examined.signal.aborted) return
  yield* firstConclusions(plain, way)
  if (plain.error === undefined) yield* chatConclusions(plain, way, needs, ask)
  else if (!oddities.has(plain.error.kind)) return
  if (examined.signal.aborted) return
  yield* otherConclusions(way, needs)
}

/** Failures of chat alone: the server is there, and its raw completions may work all the same. */
const oddities: ReadonlySet<ModelErrorKind> = new Set([
  "serverError",
  "badRequest",
  "badResponse",
  "streamCut",
])

function* firstConclusions(plain: ProbeAnswer, way: Way): Generator<Conclusion> {
  const { error } = plain
  if (error?.kind === "unauthorized" || error?.kind === "paymentRequired") {
    yield { check: "key", findings: [keyFinding(error, way.place)] }
    return
  }
  // Without a name of a model nothing was asked.
  const isMissing = error?.kind === "modelNotFound" || error?.kind === "notConfigured"
  if (error === undefined || error.kind === "modelNotFound")
    yield { check: "key", passed: way.place.hasKey ? "Key accepted" : "No key needed" }
  if (isMissing) yield missingModel(way, error)
  else if (error === undefined && !isListed(way.place.model, way.list?.names ?? [])) yield foundModel(way)
  if (!isMissing) yield judgeStreaming(plain, way.place)
  if (error === undefined) yield judgeMarkup(plain, way.place)
}

async function* chatConclusions(
  plain: ProbeAnswer,
  { place }: Way,
  { examined, memory }: ExaminationNeeds,
  ask: (question: Omit<Question, "patienceMs">) => Promise<ProbeAnswer>,
): AsyncGenerator<Conclusion> {
  const { signal, preset } = examined
  remember(plain)
  const tools = await ask(toolQuestion)
  if (signal.aborted) return
  remember(tools)
  yield judgeTools(tools, toolQuestion.tool.name, place)
  const hard = await ask(hardQuestion)
  if (signal.aborted) return
  remember(hard)
  const { effort } = dialectOf(preset, hard.learnt)
  yield preset.dialect.effort === null ? { check: "effort" } : judgeEffort(hard, effort)
  yield judgeReasoning([plain, tools, hard])
  if (preset.dialect.structuredOutput === null) return yield { check: "json" }
  const json = await ask(jsonQuestion)
  if (!signal.aborted) yield judgeJson(json, isWordLength)

  /** A question that failed takes nothing away: only what was seen to work, or was refused by name, is kept. */
  function remember({ learnt }: ProbeAnswer): void {
    const refused = learnt.refusedKeys?.filter(key => !abilities.has(key)) ?? []
    memory.learn(examined.baseUrl, examined.model, {
      refusedKeys: refused.length === 0 ? undefined : refused,
      ...(learnt.reasoningField !== undefined && { reasoningField: learnt.reasoningField }),
    })
  }
}

/** Keys that ask for something the user wants: tried anew each time, whatever one question came to. */
const abilities = new Set(["tools", "tool_choice", "response_format"])

async function* otherConclusions(way: Way, needs: ExaminationNeeds): AsyncGenerator<Conclusion> {
  const { examined, memory, rawProbe } = needs
  const { baseUrl, model, signal } = examined
  const { contextWindow, price } = await ownFacts(examined, way)
  if (signal.aborted) return
  memory.learn(baseUrl, model, {
    ...(contextWindow !== undefined && { contextWindow }),
    ...(price !== undefined && { price }),
  })
  yield judgeContext(contextWindow, way.place)
  const form = await rawProbe(signal).catch(() => undefined)
  if (signal.aborted) return
  if (form !== undefined) memory.learn(baseUrl, model, { rawCompletions: form })
  yield judgeRaw(form)
}

/** Window and price of the one model; asked after its first answer, as some servers only then know the window. */
async function ownFacts(
  { baseUrl, key, model, isLoopback, signal }: Examined,
  { list }: Way,
): Promise<Partial<ListedModel>> {
  const models = list === undefined ? undefined : listedModels(list.body)
  const own = models?.find(({ id }) => id === model) ?? models?.find(({ id }) => id === `${model}:latest`)
  // A server with one model answers with it whatever name was given.
  const listed = own ?? (models?.length === 1 ? models[0] : undefined)
  if (list === undefined || listed === undefined) return {}
  const native = await nativeFacts({ baseUrl, key, signal, isLoopback, body: list.body, models: [listed] })
  return { ...listed, ...native.get(listed.id) }
}
