// One generation by the runtime, whatever it takes: the model is loaded if it isn't there, and given again to a child
// that lost it meanwhile. Knows nothing of messages and their channels.
import type { ControlToken, Segment } from "../../protocol/segment.ts"
import { failure, type ModelLoader } from "./modelLoader.ts"
import type { RuntimeReply } from "./runtimeChild.ts"
import type { RuntimeProcess, RuntimeRequest } from "./runtimeProcess.ts"

export type GenerationRequest = {
  readonly context: "chat" | "completion"
  readonly segments: readonly Segment[]
  /** Of the answer: follows the prompt, and comes back as the first pieces. */
  readonly begun?: readonly Segment[]
  /** 0: the prompt is only read. */
  readonly maxTokens: number
  /** The answer rewrites a part of the prompt. */
  readonly rewrites?: boolean
  readonly temperature: number
  readonly stop: readonly ControlToken[]
}

export type LoadingModel = { readonly type: "loadingModel"; readonly fraction: number }

/** Replies up to `done`, also a cancelled one; throws ModelError. After an abort it ends early. */
export type Generation = (
  request: GenerationRequest,
  signal: AbortSignal,
) => AsyncGenerator<RuntimeReply | LoadingModel>

/** `subject` names the model in errors. */
export function generation(runtime: RuntimeProcess, loader: ModelLoader, subject: string): Generation {
  return async function* generate(asked, signal) {
    const request = wireRequest(asked)
    for (let attempt = 0; attempt < 2; attempt++) {
      for await (const fraction of loader.load(signal)) yield { type: "loadingModel", fraction }
      let lost = false
      for await (const reply of runtime.request(request, signal)) {
        lost = reply.type === "failed" && reply.kind === "noModel" && attempt === 0
        if (reply.type === "failed" && !lost) throw failure(reply, subject)
        if (!lost) yield reply
      }
      if (!lost) return
      loader.forget()
    }
  }
}

type GenerateRequest = Extract<RuntimeRequest, { type: "generate" }>

/** The wire's types are mutable lists. */
export function mutable(segments: readonly Segment[]): GenerateRequest["segments"] {
  return segments.map(segment => ("tokens" in segment ? { tokens: [...segment.tokens] } : segment))
}

function wireRequest({ segments, begun, stop, ...rest }: GenerationRequest): GenerateRequest {
  return {
    ...{ type: "generate", seed: 0, ...rest },
    segments: mutable(segments),
    ...(begun === undefined ? {} : { begun: mutable(begun) }),
    stop: [...stop],
  }
}
