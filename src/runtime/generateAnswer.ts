// One generation, from segments to `done`: tokenize, feed, sample, decode, send. Never runs over the context:
// a prompt that leaves no room is refused, an answer that reaches the end stops with reason "length".
import { randomInt } from "node:crypto"
import type { HostToRuntime, RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import type { Segment } from "../protocol/segment.ts"
import type { LoadedModel, TokenSequence } from "./loadedModel.ts"
import { pieceBatch } from "./pieceBatch.ts"
import { pieceDecoder } from "./pieceDecoder.ts"
import type { PromptFeeder } from "./promptFeeder.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"
import type { Step } from "./turns.ts"

export type GenerateRequest = Extract<HostToRuntime, { type: "generate" }>

/** One of a loaded model's sequences, and what is remembered between its generations. */
export type ModelInUse = {
  readonly model: LoadedModel
  readonly sequence: TokenSequence
  readonly tokenize: (segments: readonly Segment[]) => readonly number[]
  readonly feed: PromptFeeder
  /** Text by token id, filled as tokens are seen. */
  readonly texts: Map<number, string>
}

/** Sends prompt, pieces and done. Throws contextFull before anything is evaluated. */
export async function generateAnswer(
  { model, sequence, tokenize, feed, texts }: ModelInUse,
  request: GenerateRequest,
  send: (message: RuntimeToHost) => void,
  step: Step,
  signal: AbortSignal,
): Promise<void> {
  const { id } = request
  const startedAt = performance.now()
  const prompt = tokenize(request.segments)
  if (prompt.length === 0) throw new RuntimeFailure("internal", "an empty prompt")
  if (prompt.length >= sequence.contextSize)
    throw new RuntimeFailure(
      "contextFull",
      `a prompt of ${prompt.length} tokens, a context of ${sequence.contextSize}`,
    )

  let reusedTokens = 0
  let generatedTokens = 0
  let firstAt: number | undefined
  const done = (reason: "stop" | "length" | "cancelled") => {
    const now = performance.now()
    send({
      type: "done",
      id,
      reason,
      promptTokens: prompt.length,
      reusedTokens,
      generatedTokens,
      promptMs: (firstAt ?? now) - startedAt,
      generationMs: firstAt === undefined ? 0 : now - firstAt,
    })
  }

  const onProgress = (fed: number, total: number) => send({ type: "prompt", id, done: fed, total })
  const fed = await feed(prompt, onProgress, step, signal)
  if (fed === "cancelled") return done("cancelled")
  reusedTokens = fed.reused
  // The last token that is sampled needs no place of its own.
  const limit = Math.min(request.maxTokens, sequence.contextSize - prompt.length)
  if (limit === 0) {
    const rest = fed.rest.slice(0, -1)
    if (rest.length > 0) await step(() => sequence.feed(rest))
    return done("length")
  }

  const stops = new Set(request.stop.map(control => model.controlIds[control]))
  const seed = request.seed === 0 ? randomInt(1, 2 ** 31) : request.seed
  const decoder = pieceDecoder(model, texts)
  const batch = pieceBatch(pieces => send({ type: "pieces", id, pieces }))
  let reason: "stop" | "length" | "cancelled" = "length"
  const sampled = sequence.sample(fed.rest, { temperature: request.temperature, seed })
  for await (const token of inSteps(sampled, step)) {
    firstAt ??= performance.now()
    generatedTokens++
    batch.add(decoder.push(token))
    if (stops.has(token)) reason = "stop"
    else if (signal.aborted) reason = "cancelled"
    else if (generatedTokens < limit) continue
    break
  }
  batch.add(decoder.end())
  batch.flush()
  done(reason)
}

/** Each token is a step of its own, so that a more urgent request waits for one token at most. */
async function* inSteps(tokens: AsyncGenerator<number, void, unknown>, step: Step): AsyncGenerator<number> {
  try {
    for (;;) {
      const next = await step(() => tokens.next())
      if (next.done) return
      yield next.value
    }
  } finally {
    await tokens.return()
  }
}
