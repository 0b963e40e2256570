// A model on this computer: conversation → harmony segments → runtime child → pieces → harmony reader → events.
// Starts the child and loads the file at the first request, and again after a crash.
import path from "node:path"
import type { Conversation } from "../../harmony/message.ts"
import type { GpuChoice } from "../../protocol/runtimeProtocol.ts"
import { controlTokens, type Segment } from "../../protocol/segment.ts"
import type {
  ContinueEvent,
  ContinueRequest,
  LanguageModel,
  ModelEvent,
  ModelRequest,
} from "../languageModel.ts"
import { ModelError } from "../modelError.ts"
import type { AnalysisBudgets } from "./analysisBudget.ts"
import { generatedMemory } from "./generatedMemory.ts"
import { generation, mutable } from "./generation.ts"
import { localTurn, usageMeter, waitingFor } from "./localTurn.ts"
import { type LoadedFacts, type LoadHooks, modelLoader } from "./modelLoader.ts"
import type { RuntimeReply } from "./runtimeChild.ts"
import type { RuntimeProcess } from "./runtimeProcess.ts"

export type LocalModelOptions = LoadHooks & {
  /** Of this model alone; whoever made it disposes it. */
  readonly runtime: RuntimeProcess
  readonly modelPath: string
  /** Default: the file's name. */
  readonly id?: string
  readonly label: string
  /** In tokens; the model gets less if it was trained on less. */
  readonly contextSize: number
  /** Of thinking and answer together, in tokens. Default: three quarters of the context; its end ends an answer too. */
  readonly outputLimit?: number
  /** Of the context that ghost text has for itself, in tokens. Default: the runtime's, 4,096. */
  readonly completionContextSize?: number
  /** 0: the runtime chooses. */
  readonly threads: number
  /** true is `auto`, false `cpu`. */
  readonly gpu: boolean | GpuChoice
  /** That the graphics card gets. Absent: as many as fit. */
  readonly gpuLayers?: number | undefined
  /** What an earlier calibration said; default 0. */
  readonly draftTokens?: number
  /** For requests without one: 1.0 for gpt-oss (OpenAI's recommendation), 0 for the demo model. */
  readonly temperature: number
  /** Default: the product's. */
  readonly analysisBudgets?: AnalysisBudgets
}

export type LocalModel = LanguageModel & {
  readonly continueText: NonNullable<LanguageModel["continueText"]>
  readonly prepare: NonNullable<LanguageModel["prepare"]>
  /** How fast it is here, measured behind everybody else; loads it. Undefined after an abort. Throws ModelError. */
  calibrate(signal: AbortSignal): Promise<Calibration | undefined>
}

/** A measurement holds for what computed it. */
export type Calibration = Pick<LoadedFacts, "gpu" | "gpuLayers"> &
  Omit<Extract<RuntimeReply, { type: "calibrated" }>, "type" | "id">

/** Characters per token that an uncounted text is taken for: on the safe side for code in gpt-oss's vocabulary. */
const charactersPerToken = 3

export function localModel(options: LocalModelOptions): LocalModel {
  const { runtime, modelPath, contextSize, completionContextSize = 0, threads, gpu } = options
  const { gpuLayers, draftTokens = 0 } = options
  const subject = path.basename(modelPath)
  const load = {
    type: "load" as const,
    ...{ modelPath, contextSize, completionContextSize, threads, gpu, draftTokens },
    ...(gpuLayers === undefined ? {} : { gpuLayers }),
  }
  const loader = modelLoader(runtime, load, subject, options)
  const memory = generatedMemory()
  const generate = generation(runtime, loader, subject)
  const never = new AbortController().signal

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const { temperature = options.temperature } = request
    const prompt = rendered(() => memory.render(request.conversation))
    const budgets = options.analysisBudgets
    const loadedSize = () => loader.facts()?.contextSize ?? contextSize
    const turn = { generate, memory, prompt, request, temperature, contextSize: loadedSize, budgets }
    // Several events may come of one message of the runtime; the abort may come between them.
    for await (const event of localTurn(turn, signal)) {
      if (signal.aborted) return
      yield event
    }
  }

  async function* continueText(request: ContinueRequest, signal: AbortSignal): AsyncGenerator<ContinueEvent> {
    const { maxTokens, temperature = options.temperature } = request
    const meter = usageMeter()
    const segments = rendered(() => [...memory.render(request.conversation), ...beganFinal(request.prefill)])
    // Only text goes on a text: any control token ends it.
    const context = request.inChat === true ? "chat" : "completion"
    const asked = { context, segments, maxTokens, temperature, stop: controlTokens } as const
    for await (const reply of generate(asked, signal)) {
      if (signal.aborted) return
      if (reply.type === "pieces") {
        meter.wrote(reply.pieces.length)
        const text = reply.pieces.map(piece => ("text" in piece ? piece.text : "")).join("")
        if (text !== "") yield { type: "text", text, tokens: reply.pieces.length }
      } else if (reply.type === "done") {
        if (reply.reason !== "cancelled") yield { type: "usage", usage: meter.usage(reply) }
      } else {
        const waits = waitingFor(reply)
        if (waits !== undefined) yield waits
      }
    }
  }

  async function prepare(conversation: Conversation, signal: AbortSignal): Promise<void> {
    try {
      // Without "assistant": what follows may as well be the user's message. The last token is never read ahead.
      const segments = memory.render(conversation).slice(0, -1)
      const asked = { context: "chat", segments, maxTokens: 0, temperature: 0, stop: [] } as const
      for await (const _ of generate(asked, signal)) if (signal.aborted) return
    } catch {
      // The next request meets the same fault, and somebody waits for that one.
    }
  }

  async function calibrate(signal: AbortSignal): Promise<Calibration | undefined> {
    for await (const _ of loader.load(signal));
    for await (const reply of runtime.request({ type: "calibrate" }, signal)) {
      if (reply.type === "failed") throw new ModelError("internal", { subject, said: reply.detail })
      if (reply.type !== "calibrated") continue
      const facts = loader.facts()
      if (facts === undefined) return undefined
      const { type: _type, id: _id, ...measured } = reply
      return { ...measured, gpu: facts.gpu, gpuLayers: facts.gpuLayers }
    }
    return undefined
  }

  async function countTokens(conversation: Conversation): Promise<number> {
    const segments = rendered(() => memory.render(conversation))
    if (!loader.isLoaded()) return estimate(segments)
    try {
      const request = { type: "count", segments: mutable(segments) } as const
      for await (const reply of runtime.request(request, never))
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
      outputLimit: options.outputLimit ?? Math.floor((contextSize * 3) / 4),
      abilities: { tools: true, continueText: true },
    },
    stream,
    continueText,
    prepare,
    calibrate,
    countTokens,
  }
}

/** The assistant's answer, begun: no thinking comes before it. */
function beganFinal(prefill: string): readonly Segment[] {
  const header: readonly Segment[] = [{ control: "channel" }, { text: "final" }, { control: "message" }]
  return prefill === "" ? header : [...header, { text: prefill }]
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
