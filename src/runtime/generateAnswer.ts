// One generation, from segments to `done`: tokenize, feed, sample, decode, send. Never runs over the context: a prompt
// that leaves no room is refused, an answer that reaches the end stops with reason "length".
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
  const { model, sequence, tokenize, feed, texts } = inUse
  const { id } = request
  const startedAt = performance.now()
  const prompt = tokenize([...request.segments, ...(request.begun ?? [])])
  const begun = prompt.slice(prompt.length - tokenize(request.begun ?? []).length)
  requireRoom(prompt, sequence)

  const generated: number[] = []
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
  // The last token that is sampled needs no place of its own.
  const limit = Math.min(request.maxTokens, sequence.contextSize - prompt.length)
  if (limit === 0) {
    const matching = await step(async () => sequence.matching(prompt))
    const fed = await readAhead(
      prompt,
      matching,
      sequence,
      steps => feed(prompt, onProgress, steps, signal),
      holding,
    )
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
    const sampled = sequence.sample(fed.rest, {
      temperature: request.temperature,
      seed: seed + generated.length,
    })
    for await (const token of whileHolding(inUse, id, sampled, step)) {
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
    )
}

/** Evaluates the prompt and leaves alone what already goes beyond it; how many tokens were there before. */
async function readAhead(
  prompt: readonly number[],
  matching: number,
  sequence: TokenSequence,
  feed: (step: Step) => ReturnType<PromptFeeder>,
  step: Step,
): Promise<number | "cancelled"> {
  if (matching >= prompt.length - 1) return Math.min(matching, prompt.length)
  const fed = await feed(step)
  if (fed === "cancelled") return fed
  await step(async () => {
    const start = await sequence.keepPrefix(prompt.slice(0, -1))
    const rest = prompt.slice(start, -1)
    if (rest.length > 0) await sequence.feed(rest)
  })
  return fed.reused
}

/** Each token is a step of its own, so that a more urgent request waits for one token at most. */
async function* whileHolding(
  inUse: ModelInUse,
  id: number,
  tokens: AsyncGenerator<number, void, unknown>,
  step: Step,
): AsyncGenerator<number> {
  try {
    for (;;) {
      const next = await step(async () => (inUse.holder === id ? tokens.next() : undefined))
      if (next === undefined || next.done) return
      yield next.value
    }
  } finally {
    await tokens.return()
  }
}
