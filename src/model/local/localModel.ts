// A model on this computer: conversation → harmony segments → runtime child → pieces → harmony reader → events.
// Starts the child and loads the file at the first request, and again after a crash.
import path from "node:path"
import type { Conversation } from "../../harmony/message.ts"
import { type ControlToken, controlTokens, type Segment } from "../../protocol/segment.ts"
import type {
  ContinueEvent,
  ContinueRequest,
  LanguageModel,
  ModelEvent,
  ModelRequest,
} from "../languageModel.ts"
import { ModelError } from "../modelError.ts"
import { generatedMemory } from "./generatedMemory.ts"
import { failure, modelLoader } from "./modelLoader.ts"
import type { RuntimeReply } from "./runtimeChild.ts"
import type { RuntimeProcess, RuntimeRequest } from "./runtimeProcess.ts"
import { finishReasons, turnReader } from "./turnReader.ts"

export type LocalModelOptions = {
  /** Of this model alone; whoever made it disposes it. */
  readonly runtime: RuntimeProcess
  readonly modelPath: string
  /** Default: the file's name. */
  readonly id?: string
  readonly label: string
  /** In tokens; the model gets less if it was trained on less. */
  readonly contextSize: number
  /** In tokens. Default: a quarter of the context, at most 4,096. */
  readonly outputLimit?: number
  /** Of the context that ghost text has for itself, in tokens. Default: the runtime's, 4,096. */
  readonly completionContextSize?: number
  /** 0: the runtime chooses. */
  readonly threads: number
  readonly gpu: boolean
  /** For requests without one: 1.0 for gpt-oss (OpenAI's recommendation), 0 for the demo model. */
  readonly temperature: number
}

/** Characters per token that an uncounted text is taken for: on the safe side for code in gpt-oss's vocabulary. */
const charactersPerToken = 3

export function localModel(options: LocalModelOptions): LanguageModel {
  const { runtime, modelPath, contextSize, completionContextSize = 0, threads, gpu } = options
  const subject = path.basename(modelPath)
  const load = { type: "load", modelPath, contextSize, completionContextSize, threads, gpu } as const
  const loader = modelLoader(runtime, load, subject)
  const memory = generatedMemory()

  /** Loads if need be, then generates; a child that lost the model meanwhile is given it again, once. */
  async function* generate(
    segments: readonly Segment[],
    { maxTokens, temperature = options.temperature }: ModelRequest,
    { context, stop }: Purpose,
    signal: AbortSignal,
  ): AsyncGenerator<RuntimeReply | LoadingModel> {
    const request: GenerateRequest = {
      type: "generate",
      context,
      segments: mutable(segments),
      maxTokens,
      temperature,
      seed: 0,
      stop: [...stop],
    }
    for (let attempt = 0; attempt < 2; attempt++) {
      for await (const fraction of loader.load(signal)) yield { type: "loadingModel", fraction }
      let lost = false
      for await (const reply of runtime.request(request, signal)) {
        lost = reply.type === "failed" && reply.kind === "noModel" && attempt === 0
        if (reply.type === "failed" && !lost) throw failure(reply.kind, reply.detail, subject)
        if (!lost) yield reply
      }
      if (!lost) return
      loader.forget()
    }
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const startedAt = performance.now()
    const reader = turnReader(request.conversation)
    let firstTokenMs: number | undefined
    const segments = rendered(() => memory.render(request.conversation))
    for await (const reply of generate(segments, request, answer, signal)) {
      if (signal.aborted) return
      switch (reply.type) {
        case "loadingModel":
        case "prompt":
          yield waitingFor(reply)
          break
        case "pieces":
          firstTokenMs ??= performance.now() - startedAt
          yield* reader.push(reply.pieces)
          break
        case "done": {
          if (reply.reason === "cancelled") return
          const { events, outcome } = reader.end(reply.reason)
          memory.remember(outcome.messages, reader.pieces)
          yield* events
          yield { type: "usage", usage: usageOf(reply, firstTokenMs ?? performance.now() - startedAt) }
          const messages = outcome.messages.map(({ message }) => message)
          yield { type: "finish", reason: finishReasons[outcome.status], messages }
        }
      }
    }
  }

  async function* continueText(request: ContinueRequest, signal: AbortSignal): AsyncGenerator<ContinueEvent> {
    const startedAt = performance.now()
    let firstTokenMs: number | undefined
    const segments = rendered(() => [...memory.render(request.conversation), ...beganFinal(request.prefill)])
    for await (const reply of generate(segments, request, continuation, signal)) {
      if (signal.aborted) return
      switch (reply.type) {
        case "loadingModel":
        case "prompt":
          yield waitingFor(reply)
          break
        case "pieces": {
          firstTokenMs ??= performance.now() - startedAt
          const text = reply.pieces.map(piece => ("text" in piece ? piece.text : "")).join("")
          if (text !== "") yield { type: "text", text, tokens: reply.pieces.length }
          break
        }
        case "done":
          if (reply.reason === "cancelled") return
          yield { type: "usage", usage: usageOf(reply, firstTokenMs ?? performance.now() - startedAt) }
      }
    }
  }

  async function countTokens(conversation: Conversation): Promise<number> {
    const segments = rendered(() => memory.render(conversation))
    if (!loader.isLoaded()) return estimate(segments)
    try {
      const request = { type: "count", segments: mutable(segments) } as const
      for await (const reply of runtime.request(request, new AbortController().signal))
        if (reply.type === "counted") return reply.tokens
    } catch {
      // The child ended just now; an estimate needs none.
    }
    return estimate(segments)
  }

  return {
    description: {
      id: options.id ?? subject,
      label: options.label,
      where: "local",
      contextWindow: contextSize,
      outputLimit: options.outputLimit ?? Math.min(4096, Math.floor(contextSize / 4)),
      abilities: { tools: true, continueText: true },
    },
    stream,
    continueText,
    countTokens,
  }
}

const answer = { context: "chat", stop: ["return", "call", "endoftext"] } as const satisfies Purpose
/** Only text goes on a text: any control token ends it. */
const continuation = { context: "completion", stop: controlTokens } as const satisfies Purpose

type LoadingModel = { readonly type: "loadingModel"; readonly fraction: number }

type GenerateRequest = Extract<RuntimeRequest, { type: "generate" }>
type Purpose = { readonly context: "chat" | "completion"; readonly stop: readonly ControlToken[] }

/** The assistant's answer, begun: no thinking comes before it. */
function beganFinal(prefill: string): readonly Segment[] {
  const header: readonly Segment[] = [{ control: "channel" }, { text: "final" }, { control: "message" }]
  return prefill === "" ? header : [...header, { text: prefill }]
}

/** Why nothing is streamed yet, for chat and ghost text alike. */
function waitingFor(reply: LoadingModel | Extract<RuntimeReply, { type: "prompt" }>) {
  return reply.type === "loadingModel"
    ? ({ type: "waiting", stage: "loading", fraction: reply.fraction } as const)
    : ({ type: "waiting", stage: "reading", done: reply.done, total: reply.total } as const)
}

function usageOf(done: Extract<RuntimeReply, { type: "done" }>, firstTokenMs: number) {
  const { promptTokens, reusedTokens, generatedTokens, generationMs } = done
  return { promptTokens, reusedTokens, generatedTokens, firstTokenMs, generationMs }
}

function estimate(segments: readonly Segment[]): number {
  const sizes = segments.map(segment => {
    if ("control" in segment) return 1
    return "tokens" in segment ? segment.tokens.length : Math.ceil(segment.text.length / charactersPerToken)
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** A conversation that can't be written is a fault of ours; it must still arrive as the one kind of error. */
function rendered(render: () => readonly Segment[]): readonly Segment[] {
  try {
    return render()
  } catch (error) {
    throw new ModelError("internal", { said: String(error) })
  }
}

/** The wire's types are mutable lists. */
function mutable(segments: readonly Segment[]): GenerateRequest["segments"] {
  return segments.map(segment => ("tokens" in segment ? { tokens: [...segment.tokens] } : segment))
}
