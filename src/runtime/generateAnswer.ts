// One generation, from segments to `done`: tokenize, feed, sample, decode, send. Never runs over the context: a prompt
// that leaves no room is refused, an answer that reaches the end stops with reason "length".
import { randomInt } from "node:crypto"
import type { HostToRuntime, RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import type { Segment } from "../protocol/segment.ts"
import { answerTokens, type HeldStep } from "./answerTokens.ts"
import { drafter } from "./drafter.ts"
import type { LoadedModel, TokenSequence } from "./loadedModel.ts"
import { pieceBatch } from "./pieceBatch.ts"
import { pieceDecoder } from "./pieceDecoder.ts"
import type { PromptFeeder } from "./promptFeeder.ts"
import type { PromptPace } from "./promptPace.ts"
import { readAhead } from "./readAhead.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"
import type { Step } from "./turns.ts"

export type GenerateRequest = Extract<HostToRuntime, { type: "generate" }>

/** One of a loaded model's sequences, and what is remembered between its generations. */
export type ModelInUse = {
  readonly model: LoadedModel
  readonly sequence: TokenSequence
  readonly tokenize: (segments: readonly Segment[]) => readonly number[]
  /** How many tokens may be evaluated at once, now. */
  readonly pace: PromptPace
  readonly feed: PromptFeeder
  /** Text by token id, filled as tokens are seen. */
  readonly texts: Map<number, string>
  /** The generation that worked with the sequence last. */
  holder: number | undefined
}

type Reason = "stop" | "length" | "cancelled"

/** Sends prompt, pieces and done. Throws contextFull before anything is evaluated. */
export async function generateAnswer(
  inUse: ModelInUse,
  request: GenerateRequest,
  send: (message: RuntimeToHost) => void,
  step: Step,
  signal: AbortSignal,
): Promise<void> {
  const { model, sequence, tokenize, pace, feed, texts } = inUse
  const { id } = request
  const startedAt = performance.now()
  const begun = tokenize(request.begun ?? [])
  const prompt = [...tokenize(request.segments), ...begun]
  requireRoom(prompt, sequence)

  const generated: number[] = []
  const drafts =
    request.rewrites === true && model.draftTokens() > 0 ? drafter(prompt, model.draftTokens()) : undefined
  let reused: number | undefined
  let firstAt: number | undefined
  const done = (reason: Reason) => {
    const now = performance.now()
    send({
      type: "done",
      id,
      reason,
      promptTokens: prompt.length,
      reusedTokens: reused ?? 0,
      generatedTokens: generated.length,
      ...drafts?.counts(),
      promptMs: (firstAt ?? now) - startedAt,
      generationMs: firstAt === undefined ? 0 : now - firstAt,
    })
  }
  const onProgress = (fed: number, total: number) => send({ type: "prompt", id, done: fed, total })
  const holding: Step = work =>
    step(() => {
      inUse.holder = id
      return work()
    })
  const held: HeldStep = work => step(async () => (inUse.holder === id ? work() : undefined))
  // The last token that is sampled needs no place of its own.
  const limit = Math.min(request.maxTokens, sequence.contextSize - prompt.length)
  if (limit === 0) {
    const fed = await readAhead(prompt, inUse, onProgress, step, holding, signal)
    if (fed !== "cancelled") reused = fed
    return done(fed === "cancelled" ? "cancelled" : "length")
  }

  const stops = new Set(request.stop.map(control => model.controlIds[control]))
  const seed = request.seed === 0 ? randomInt(1, 2 ** 31) : request.seed
  const decoder = pieceDecoder(model, texts)
  const batch = pieceBatch(pieces => send({ type: "pieces", id, pieces }))
  for (const token of begun) batch.add(decoder.push(token))

  let reason: Reason | undefined
  // Once, and again each time that another request used the sequence meanwhile.
  while (reason === undefined) {
    const fed = await feed([...prompt, ...generated], onProgress, holding, signal)
    if (fed === "cancelled") {
      reason = fed
      break
    }
    reused ??= fed.reused
    const tokens = answerTokens(
      {
        sequence,
        rest: fed.rest,
        sampleOptions: () => ({ temperature: request.temperature, seed: seed + generated.length }),
        room: () => Math.min(limit - generated.length, pace.chunk()),
        drafter: drafts,
      },
      held,
    )
    for await (const token of tokens) {
      firstAt ??= performance.now()
      generated.push(token)
      batch.add(decoder.push(token))
      if (stops.has(token)) reason = "stop"
      else if (signal.aborted) reason = "cancelled"
      else if (generated.length < limit) continue
      else reason = "length"
      break
    }
  }
  batch.add(decoder.end())
  batch.flush()
  done(reason)
}

function requireRoom(prompt: readonly number[], sequence: TokenSequence): void {
  if (prompt.length === 0) throw new RuntimeFailure("internal", "an empty prompt")
  if (prompt.length >= sequence.contextSize)
    throw new RuntimeFailure(
      "contextFull",
      `a prompt of ${prompt.length} tokens, a context of ${sequence.contextSize}`,
      { promptTokens: prompt.length, contextSize: sequence.contextSize },
    )
}
