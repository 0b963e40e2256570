// Holds the one loaded model and answers single requests with it. Knows nothing of order and of processes.
import type { HostToRuntime, RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import { calibrate } from "./calibrate.ts"
import { generateAnswer, type ModelInUse } from "./generateAnswer.ts"
import { readGgufHeader } from "./ggufHeader.ts"
import type { LoadedModel, TokenSequence } from "./loadedModel.ts"
import { type LoadOptions, loadModel } from "./loadModel.ts"
import { probeMachine } from "./probeMachine.ts"
import { promptFeeder } from "./promptFeeder.ts"
import { promptPace } from "./promptPace.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"
import { segmentTokenizer } from "./tokenizeSegments.ts"
import { type Priority, type Step, turns } from "./turns.ts"

export type RuntimeRequest = Exclude<HostToRuntime, { type: "cancel" | "ping" }>

/** Sends the request's last message itself; throws RuntimeFailure or any error for the caller to send. */
export type RequestAnswerer = (request: RuntimeRequest, signal: AbortSignal) => Promise<void>

/** So long after a key the user counts as typing: chunks stay small. */
const typingMs = 10_000

const waitsFor = {
  load: "load",
  typing: "ghostText",
  chat: "answer",
  background: "answer",
  ahead: "answer",
} as const satisfies Record<Priority, "load" | "ghostText" | "answer">

export function requestAnswerer(send: (message: RuntimeToHost) => void): RequestAnswerer {
  const turn = turns()
  let current: Loaded | undefined
  let typedAt = Number.NEGATIVE_INFINITY
  const isTyping = () => performance.now() - typedAt < typingMs

  const unload = async () => {
    const model = current?.model
    current = undefined
    await model?.unload()
  }
  const loaded = () => {
    if (current === undefined) throw new RuntimeFailure("noModel", "no model is loaded")
    return current
  }
  /** A model may be unloaded between two steps. */
  const stepsWith =
    (own: Loaded, step: Step): Step =>
    work =>
      step(() => {
        if (own !== current) throw new RuntimeFailure("noModel", "the model was unloaded")
        return work()
      })
  const withModel = (
    { id }: RuntimeRequest,
    priority: Priority,
    signal: AbortSignal,
    task: (own: Loaded, step: Step) => Promise<void>,
  ) =>
    turn.run(
      priority,
      signal,
      async step => {
        // A load may come before this request's first step.
        const own = await step(async () => loaded())
        await task(own, stepsWith(own, step))
      },
      other => send({ type: "waiting", id, for: waitsFor[other] }),
    )

  return async (request, signal) => {
    const { id } = request
    switch (request.type) {
      case "load":
        await turn.run("load", signal, step =>
          step(async () => {
            await unload()
            const onProgress = (fraction: number) => send({ type: "loading", id, fraction })
            current = await load(request, onProgress, isTyping, signal)
          }),
        )
        return send({ type: "loaded", id, ...factsOf(loaded().model) })
      case "generate": {
        const priority = priorityOf(request)
        if (priority === "typing") typedAt = performance.now()
        return withModel(request, priority, signal, async (own, step) => {
          const inUse = request.context === "completion" ? await step(own.completion) : own.chat
          await generateAnswer(inUse, request, send, step, signal)
        })
      }
      case "calibrate":
        return withModel(request, "ahead", signal, async (own, step) =>
          send({ type: "calibrated", id, ...(await calibrate(own.model, step, signal)) }),
        )
      case "count":
        return send({ type: "counted", id, tokens: loaded().chat.tokenize(request.segments).length })
      case "inspect": {
        const { name, ...facts } = readGgufHeader(request.modelPath)
        return send({ type: "inspected", id, ...(name === undefined ? {} : { name }), ...facts })
      }
      case "probe":
        if (current !== undefined) throw new RuntimeFailure("busy", "a model is loaded")
        return send({ type: "probed", id, ...(await probeMachine()) })
      case "unload":
        await turn.run("load", signal, step => step(unload))
        return send({ type: "unloaded", id })
    }
  }
}

/** Whose turn comes before whose, among generations. */
export function priorityOf({
  context,
  maxTokens,
  background,
}: Extract<RuntimeRequest, { type: "generate" }>): Priority {
  if (maxTokens === 0) return "ahead"
  if (context === "completion") return "typing"
  return background === true ? "background" : "chat"
}

type Loaded = {
  readonly model: LoadedModel
  readonly chat: ModelInUse
  readonly completion: () => Promise<ModelInUse>
}

function factsOf(model: LoadedModel) {
  const { name, chat, trainedContextSize, vocabularySize, gpu, gpuLayers, layers } = model
  const { contextSize } = chat
  return {
    name,
    contextSize,
    trainedContextSize,
    vocabularySize,
    threads: model.threads(),
    gpu,
    gpuLayers,
    layers,
  }
}

async function load(
  options: LoadOptions,
  onProgress: (fraction: number) => void,
  isTyping: () => boolean,
  signal: AbortSignal,
): Promise<Loaded> {
  onProgress(0)
  const model = await loadModel(options, everyPercent(onProgress), signal)
  const texts = new Map<number, string>()
  const fast = model.tiny || model.gpu !== "none"
  const inUse = (sequence: TokenSequence): ModelInUse => {
    const pace = promptPace({ batchSize: sequence.batchSize, fast, isTyping })
    return {
      model,
      sequence,
      tokenize: segmentTokenizer(model),
      pace,
      feed: promptFeeder(sequence, pace),
      texts,
      holder: undefined,
    }
  }
  let completion: ModelInUse | undefined
  return {
    model,
    chat: inUse(model.chat),
    completion: async () => {
      completion ??= inUse(await model.completion())
      return completion
    },
  }
}

function everyPercent(onProgress: (fraction: number) => void): (fraction: number) => void {
  let shown = 0
  return fraction => {
    if (fraction - shown < 0.01) return
    shown = fraction
    onProgress(fraction)
  }
}
