// One of the doctor's questions, put through the product's own way to a model, so that it shows what users get. The
// questions are tiny and hold nothing of the user's; what is learnt goes into a memory of the examination alone.
import type { Message, ReasoningEffort, ToolCall, ToolDescription } from "../../../harmony/message.ts"
import type { FinishReason, LanguageModel, Usage } from "../../languageModel.ts"
import { ModelError, modelErrorOf } from "../../modelError.ts"
import type { EndpointMemory } from "../endpointFacts.ts"
import { hostedModel } from "../hostedModel.ts"
import { systemClock } from "../retryPolicy.ts"
import type { Examined } from "./examined.ts"
import type { ProbeAnswer } from "./probeAnswer.ts"

export type Question = {
  readonly text: string
  readonly effort: ReasoningEffort
  readonly maxTokens: number
  /** Milliseconds for the whole answer. */
  readonly patienceMs: number
  readonly tool?: ToolDescription
  readonly schema?: { readonly name: string; readonly schema: { readonly [key: string]: unknown } }
}

/** Milliseconds; a server that asks for more than that is busy, and the doctor says so instead of waiting. */
const longestWait = 3000

/** Never throws. Ends with an empty answer after an abort by the examination's signal. */
export async function askModel(
  examined: Examined,
  question: Question,
  memory: EndpointMemory,
): Promise<ProbeAnswer> {
  const { baseUrl, model, now } = examined
  const tooLong = new AbortController()
  let askedToWait: number | undefined
  const signal = AbortSignal.any([examined.signal, tooLong.signal, AbortSignal.timeout(question.patienceMs)])
  const asked = hostedModel({
    baseUrl,
    model,
    label: model,
    apiKey: async () => examined.key,
    contextWindow: 131_072,
    outputLimit: question.maxTokens,
    countTokens: async conversation => JSON.stringify(conversation).length,
    preset: examined.preset,
    ...examined.additions,
    memory,
    clock: {
      ...systemClock,
      now,
      random: () => 0.1,
      async sleep(ms, until) {
        if (ms <= longestWait) return await systemClock.sleep(ms, until)
        askedToWait = ms
        tooLong.abort()
      },
    },
  })
  const answer = await collected(asked, question, signal)
  const error = answer.error ?? silent()
  return { ...answer, ...(error && { error }), learnt: memory.get(baseUrl, model) }

  /** After an abort the model ends quietly: whose it was is known here. */
  function silent(): ModelError | undefined {
    if (askedToWait !== undefined) return new ModelError("rateLimited", { retryAfter: askedToWait / 1000 })
    return signal.aborted && !examined.signal.aborted ? new ModelError("timeout") : undefined
  }
}

async function collected(
  model: LanguageModel,
  question: Question,
  signal: AbortSignal,
): Promise<Omit<ProbeAnswer, "learnt">> {
  const calls: ToolCall[] = []
  const problems: string[] = []
  const said = { text: "", reasoning: "", pieces: 0 }
  let finish: FinishReason | undefined
  let usage: Usage | undefined
  let error: ModelError | undefined
  try {
    const request = { conversation: { messages: messagesOf(question) }, maxTokens: question.maxTokens }
    for await (const event of model.stream(request, signal)) {
      if (event.type === "reasoning") said.reasoning += event.text
      else if (event.type === "text" || event.type === "preamble") said.text += event.text
      else if (event.type === "toolCall") calls.push(event.call)
      else if (event.type === "problem") problems.push(event.code)
      else if (event.type === "usage") usage = event.usage
      else if (event.type === "finish") finish = event.reason
      if (event.type === "reasoning" || event.type === "text" || event.type === "preamble") said.pieces++
    }
  } catch (thrown) {
    error = modelErrorOf(thrown)
  }
  return {
    ...said,
    calls,
    problems,
    ...(finish && { finish }),
    ...(usage && { usage }),
    ...(error && { error }),
  }
}

function messagesOf({ text, effort, tool, schema }: Question): readonly Message[] {
  return [
    { role: "system", content: { system: { reasoningEffort: effort } } },
    {
      role: "developer",
      content: {
        developer: {
          instructions: "Do exactly what is asked, and nothing else.",
          ...(tool && { tools: { functions: { name: "functions", tools: [tool] } } }),
          ...(schema && { responseFormat: schema }),
        },
      },
    },
    { role: "user", content: text },
  ]
}
