// Holds the one loaded model and answers single requests with it. Knows nothing of order and of processes.
import type { HostToRuntime, RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import { generateAnswer, type ModelInUse } from "./generateAnswer.ts"
import { type LoadOptions, loadModel } from "./llamaEngine.ts"
import { promptFeeder } from "./promptFeeder.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"
import { segmentTokenizer } from "./tokenizeSegments.ts"

export type RuntimeRequest = Exclude<HostToRuntime, { type: "cancel" }>

/** Sends the request's last message itself; throws RuntimeFailure or any error for the caller to send. */
export type RequestAnswerer = (request: RuntimeRequest, signal: AbortSignal) => Promise<void>

export function requestAnswerer(send: (message: RuntimeToHost) => void): RequestAnswerer {
  let current: ModelInUse | undefined

  const unload = async () => {
    const model = current?.model
    current = undefined
    await model?.unload()
  }
  const inUse = () => {
    if (current === undefined) throw new RuntimeFailure("noModel", "no model is loaded")
    return current
  }

  return async (request, signal) => {
    const { id } = request
    switch (request.type) {
      case "load": {
        await unload()
        current = await load(request, fraction => send({ type: "loading", id, fraction }), signal)
        const { name, contextSize, trainedContextSize, vocabularySize, threads, gpu } = current.model
        return send({
          type: "loaded",
          id,
          name,
          contextSize,
          trainedContextSize,
          vocabularySize,
          threads,
          gpu,
        })
      }
      case "generate":
        return generateAnswer(inUse(), request, send, signal)
      case "count":
        return send({ type: "counted", id, tokens: inUse().tokenize(request.segments).length })
      case "unload":
        await unload()
        return send({ type: "unloaded", id })
    }
  }
}

async function load(
  options: LoadOptions,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<ModelInUse> {
  onProgress(0)
  const model = await loadModel(options, everyPercent(onProgress), signal)
  return { model, tokenize: segmentTokenizer(model), feed: promptFeeder(model), texts: new Map() }
}

function everyPercent(onProgress: (fraction: number) => void): (fraction: number) => void {
  let shown = 0
  return fraction => {
    if (fraction - shown < 0.01) return
    shown = fraction
    onProgress(fraction)
  }
}
