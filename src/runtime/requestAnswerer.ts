// Holds the one loaded model and answers single requests with it. Knows nothing of order and of processes.
import type { HostToRuntime, RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import { generateAnswer, type ModelInUse } from "./generateAnswer.ts"
import { type LoadOptions, loadModel } from "./llamaEngine.ts"
import type { LoadedModel, TokenSequence } from "./loadedModel.ts"
import { promptFeeder } from "./promptFeeder.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"
import { segmentTokenizer } from "./tokenizeSegments.ts"
import { turns } from "./turns.ts"

export type RuntimeRequest = Exclude<HostToRuntime, { type: "cancel" }>

/** Sends the request's last message itself; throws RuntimeFailure or any error for the caller to send. */
export type RequestAnswerer = (request: RuntimeRequest, signal: AbortSignal) => Promise<void>

export function requestAnswerer(send: (message: RuntimeToHost) => void): RequestAnswerer {
  const turn = turns()
  let current: Loaded | undefined

  const unload = async () => {
    const model = current?.model
    current = undefined
    await model?.unload()
  }
  const loaded = () => {
    if (current === undefined) throw new RuntimeFailure("noModel", "no model is loaded")
    return current
  }

  return async (request, signal) => {
    const { id } = request
    switch (request.type) {
      case "load":
        await turn.run("load", signal, step =>
          step(async () => {
            await unload()
            current = await load(request, fraction => send({ type: "loading", id, fraction }), signal)
          }),
        )
        return send({ type: "loaded", id, ...factsOf(loaded().model) })
      case "generate": {
        const completion = request.context === "completion"
        const priority = !completion ? "chat" : request.maxTokens === 0 ? "ahead" : "typing"
        return turn.run(priority, signal, async step => {
          // A load may have come before this request's first step.
          const inUse = await step(async () => (completion ? loaded().completion() : loaded().chat))
          await generateAnswer(inUse, request, send, step, signal)
        })
      }
      case "count":
        return send({ type: "counted", id, tokens: loaded().chat.tokenize(request.segments).length })
      case "unload":
        await turn.run("load", signal, step => step(unload))
        return send({ type: "unloaded", id })
    }
  }
}

type Loaded = {
  readonly model: LoadedModel
  readonly chat: ModelInUse
  readonly completion: () => Promise<ModelInUse>
}

function factsOf({ name, chat, trainedContextSize, vocabularySize, threads, gpu }: LoadedModel) {
  return { name, contextSize: chat.contextSize, trainedContextSize, vocabularySize, threads, gpu }
}

async function load(
  options: LoadOptions,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Loaded> {
  onProgress(0)
  const model = await loadModel(options, everyPercent(onProgress), signal)
  const texts = new Map<number, string>()
  const inUse = (sequence: TokenSequence): ModelInUse => ({
    model,
    sequence,
    tokenize: segmentTokenizer(model),
    feed: promptFeeder(model, sequence),
    texts,
  })
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
