// One turn of a local model, from a conversation to events: the pieces it writes are read, waiting is told, and
// thinking that goes on for too long is ended so that there is an answer.
import type { Segment } from "../../protocol/segment.ts"
import type { ModelEvent, ModelRequest, Usage } from "../languageModel.ts"
import { type AnalysisBudgets, analysisBudget, forcedAnswer } from "./analysisBudget.ts"
import type { GeneratedMemory } from "./generatedMemory.ts"
import type { Generation, GenerationRequest, LoadingModel } from "./generation.ts"
import type { RuntimeReply } from "./runtimeChild.ts"
import { finishReasons, turnReader } from "./turnReader.ts"

export type LocalTurnOptions = {
  readonly generate: Generation
  readonly memory: GeneratedMemory
  /** Of the conversation; ends where the assistant begins. */
  readonly prompt: readonly Segment[]
  readonly request: ModelRequest
  readonly temperature: number
  /** In tokens, as the model was loaded; asked once the prompt is being read. */
  readonly contextSize: () => number
  readonly budgets?: AnalysisBudgets | undefined
}

const stop = ["return", "call", "endoftext"] as const

/** Ends with `finish`; throws ModelError; after an abort it ends without. */
export async function* localTurn(options: LocalTurnOptions, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const { generate, memory, prompt, request, temperature, contextSize, budgets } = options
  const reader = turnReader(request.conversation)
  const meter = usageMeter()
  const { maxTokens, rewrites = false } = request
  const first = { context: "chat", segments: prompt, maxTokens, temperature, stop, rewrites } as const
  let part: GenerationRequest | undefined = first
  while (part !== undefined) {
    const isFirst: boolean = part === first
    let next: GenerationRequest | undefined
    for await (const reply of generate(part, signal)) {
      if (signal.aborted) return
      if (reply.type === "pieces") {
        meter.wrote(isFirst ? reply.pieces.length : 0)
        yield* reader.push(reply.pieces)
        if (!isFirst || !reader.isThinking()) continue
        const room = Math.min(maxTokens, contextSize() - meter.promptTokens())
        if (reader.thought() < analysisBudget(request.conversation, room, budgets)) continue
        const tokens = reader.pieces.map(piece => piece.token)
        next = {
          ...first,
          segments: [...prompt, { tokens }],
          begun: forcedAnswer,
          maxTokens: maxTokens - tokens.length,
        }
        break
      }
      if (reply.type === "done") {
        if (reply.reason === "cancelled") return
        const { events, outcome } = reader.end(reply.reason)
        memory.remember(outcome.messages, reader.pieces)
        yield* events
        yield { type: "usage", usage: meter.usage(reply) }
        const messages = outcome.messages.map(({ message }) => message)
        yield { type: "finish", reason: finishReasons[outcome.status], messages }
        return
      }
      if (reply.type === "prompt" && isFirst) meter.reads(reply)
      // Once it writes, a pause is no news.
      const waits = reader.pieces.length === 0 ? waitingFor(reply) : undefined
      if (waits !== undefined) yield waits
    }
    if (next !== undefined) yield { type: "problem", code: "analysis_cut" }
    part = next
  }
}

/** Why nothing is streamed yet, for chat and ghost text alike. */
export function waitingFor(reply: LoadingModel | RuntimeReply) {
  switch (reply.type) {
    case "loadingModel":
      return { type: "waiting", stage: "loading", fraction: reply.fraction } as const
    case "prompt":
      return { type: "waiting", stage: "reading", done: reply.done, total: reply.total } as const
    case "waiting":
      return reply.for === "load"
        ? undefined
        : ({ type: "waiting", stage: "queued", for: reply.for } as const)
    default:
      return undefined
  }
}

type Done = Extract<RuntimeReply, { type: "done" }>

export type UsageMeter = {
  reads(prompt: Extract<RuntimeReply, { type: "prompt" }>): void
  /** Before a cut, or none: just now. */
  wrote(tokens: number): void
  promptTokens(): number
  usage(done: Done): Usage
}

/** Starts now. What the runtime counted, and the same for an answer whose first part was ended by us. */
export function usageMeter(): UsageMeter {
  const startedAt = performance.now()
  let read: { readonly total: number; readonly reused: number } | undefined
  let firstAt: number | undefined
  let lastAt = startedAt
  let written = 0
  return {
    reads({ done, total }) {
      read ??= { total, reused: done }
    },
    wrote(tokens) {
      lastAt = performance.now()
      firstAt ??= lastAt
      written += tokens
    },
    promptTokens: () => read?.total ?? 0,
    usage({ promptTokens, reusedTokens, generatedTokens, generationMs }) {
      const isWhole = read === undefined || promptTokens === read.total
      return {
        promptTokens: read?.total ?? promptTokens,
        reusedTokens: isWhole ? reusedTokens : (read?.reused ?? 0),
        generatedTokens: isWhole ? generatedTokens : written + generatedTokens,
        firstTokenMs: (firstAt ?? lastAt) - startedAt,
        generationMs: isWhole ? generationMs : lastAt - (firstAt ?? lastAt),
      }
    },
  }
}
