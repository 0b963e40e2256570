// The wire host ⇄ runtime (Node IPC between the extension host and its child process). Types and parsers only;
// both sides parse what arrives before they believe it.
import * as v from "valibot"
import { controlTokens } from "./segment.ts"

const id = v.pipe(v.number(), v.integer(), v.minValue(0))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const control = v.picklist(controlTokens)
const segment = v.union([
  v.strictObject({ text: v.string() }),
  v.strictObject({ control }),
  v.strictObject({ tokens: v.array(count) }),
])

const hostToRuntime = v.variant("type", [
  /** Load a GGUF file. One model at a time: a second load unloads the first. Sizes in tokens. */
  v.strictObject({
    type: v.literal("load"),
    id,
    modelPath: v.string(),
    contextSize: count,
    /** Of the second context, for ghost text, made when it is first used. Absent or 0: 4,096. */
    completionContextSize: v.exactOptional(count),
    /** 0: the runtime chooses (1 for tiny models, else physical cores − 1, at least 1). */
    threads: count,
    gpu: v.boolean(),
  }),
  /**
   * Continue a prompt until a stop token, `maxTokens` or `cancel`; with `maxTokens` 0 the prompt is only evaluated.
   * `completion` (default `chat`) has a context of its own and pre-empts chat; reading ahead there waits for chat.
   */
  v.strictObject({
    type: v.literal("generate"),
    id,
    context: v.exactOptional(v.picklist(["chat", "completion"])),
    segments: v.array(segment),
    maxTokens: count,
    temperature: v.number(),
    /** 0: random. */
    seed: count,
    stop: v.array(control),
  }),
  /** Count the tokens of a prompt in the loaded model's own vocabulary. */
  v.strictObject({ type: v.literal("count"), id, segments: v.array(segment) }),
  /** Ends the request with this id; answered by that request's own `done` (reason "cancelled"). */
  v.strictObject({ type: v.literal("cancel"), id }),
  v.strictObject({ type: v.literal("unload"), id }),
])

const piece = v.union([
  v.strictObject({ text: v.string(), token: count }),
  v.strictObject({ control, token: count }),
])

const runtimeToHost = v.variant("type", [
  /** The process is up and listens; no model is loaded yet. */
  v.strictObject({ type: v.literal("ready") }),
  v.strictObject({ type: v.literal("loading"), id, fraction: v.number() }),
  v.strictObject({
    type: v.literal("loaded"),
    id,
    name: v.string(),
    /** In tokens: the context in use, and how many tokens the model was trained on at most. */
    contextSize: count,
    trainedContextSize: count,
    vocabularySize: count,
    threads: count,
    gpu: v.string(),
  }),
  /** `done` of `total` prompt tokens are evaluated; reused ones count as done. */
  v.strictObject({ type: v.literal("prompt"), id, done: count, total: count }),
  v.strictObject({ type: v.literal("pieces"), id, pieces: v.array(piece) }),
  v.strictObject({
    type: v.literal("done"),
    id,
    reason: v.picklist(["stop", "length", "cancelled"]),
    promptTokens: count,
    reusedTokens: count,
    generatedTokens: count,
    promptMs: v.number(),
    generationMs: v.number(),
  }),
  v.strictObject({ type: v.literal("counted"), id, tokens: count }),
  v.strictObject({ type: v.literal("unloaded"), id }),
  v.strictObject({
    type: v.literal("failed"),
    id,
    kind: v.picklist([
      "modelMissing",
      "modelBroken",
      "modelUnsuitable",
      "outOfMemory",
      "contextFull",
      "noModel",
      "busy",
      "noBinary",
      "internal",
    ]),
    /** Technical detail for the log and the "what happened" row, never the sentence for the user. */
    detail: v.string(),
  }),
])

export type HostToRuntime = v.InferOutput<typeof hostToRuntime>
export type RuntimeToHost = v.InferOutput<typeof runtimeToHost>
export type GeneratedPiece = v.InferOutput<typeof piece>
export type RuntimeFailure = Extract<RuntimeToHost, { type: "failed" }>["kind"]

/** The message, or undefined if it isn't one of ours. Never throws. */
export function parseHostToRuntime(value: unknown): HostToRuntime | undefined {
  const parsed = v.safeParse(hostToRuntime, value)
  return parsed.success ? parsed.output : undefined
}

/** The message, or undefined if it isn't one of ours. Never throws. */
export function parseRuntimeToHost(value: unknown): RuntimeToHost | undefined {
  const parsed = v.safeParse(runtimeToHost, value)
  return parsed.success ? parsed.output : undefined
}
