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

/** Where a model is computed. `auto`: a graphics card if one works, else the processor. */
export const gpuChoices = ["auto", "cpu", "metal", "cuda", "vulkan"] as const
const gpu = v.picklist(["metal", "cuda", "vulkan"])

const hostToRuntime = v.variant("type", [
  /** Load a GGUF file. One model at a time: a second load unloads the first. Sizes in tokens. */
  v.strictObject({
    type: v.literal("load"),
    id,
    modelPath: v.string(),
    contextSize: count,
    /** Of the second context, for ghost text, made when it is first used. Absent or 0: 4,096. */
    completionContextSize: v.exactOptional(count),
    /** 0: the runtime chooses (1 for tiny models, else physical cores − 1, at least 1; see `calibrate`). */
    threads: count,
    /** true is `auto`, false `cpu`. */
    gpu: v.union([v.boolean(), v.picklist(gpuChoices)]),
    /** How many of the model's layers a graphics card gets. Absent: as many as fit beside both contexts. */
    gpuLayers: v.exactOptional(count),
    /** What an earlier `calibrated` said; absent: 0. */
    draftTokens: v.exactOptional(count),
  }),
  /**
   * Continue a prompt until a stop token, `maxTokens` or `cancel`; with `maxTokens` 0 the prompt is only evaluated.
   * `completion` (default `chat`) has a context of its own and pre-empts chat; reading ahead there waits for chat.
   * A newer request of `completion` ends the older ones ("cancelled"); in `chat`, any request ends reading ahead.
   */
  v.strictObject({
    type: v.literal("generate"),
    id,
    context: v.exactOptional(v.picklist(["chat", "completion"])),
    segments: v.array(segment),
    /** Of the answer, in the host's words: follows the prompt and comes back as the first pieces. */
    begun: v.exactOptional(v.array(segment)),
    /** Waits for every other request of `chat`, and is set aside while one runs. */
    background: v.exactOptional(v.boolean()),
    /** The answer rewrites a part of the prompt: what follows there is tried first, several tokens at once. */
    rewrites: v.exactOptional(v.boolean()),
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
  /** What a model file says of itself; no model is loaded for it. */
  v.strictObject({ type: v.literal("inspect"), id, modelPath: v.string() }),
  /**
   * What this computer has. Only for a child started for it alone: it ends itself after the answer, and may die of a
   * bad driver before; then there is no graphics card to use.
   */
  v.strictObject({ type: v.literal("probe"), id }),
  /**
   * How fast the loaded model is, in at most 10 s and behind everybody else; takes the best number of threads into
   * use if the runtime may choose it, from the next prompt on that begins anew.
   */
  v.strictObject({ type: v.literal("calibrate"), id }),
  /** Answered at once, unless the process hangs. */
  v.strictObject({ type: v.literal("ping"), id }),
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
    /** "none", "metal", "cuda" or "vulkan". */
    gpu: v.string(),
    /** Of all `layers`; the rest is computed by the processor. */
    gpuLayers: count,
    layers: count,
  }),
  /** Nothing happens yet, because something else has the processor; ends with this request's next message. */
  v.strictObject({ type: v.literal("waiting"), id, for: v.picklist(["load", "ghostText", "answer"]) }),
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
    /** Tried from the prompt, and those of them that the model would have written too. */
    draftedTokens: v.exactOptional(count),
    acceptedTokens: v.exactOptional(count),
    promptMs: v.number(),
    generationMs: v.number(),
  }),
  v.strictObject({ type: v.literal("counted"), id, tokens: count }),
  v.strictObject({ type: v.literal("unloaded"), id }),
  v.strictObject({
    type: v.literal("inspected"),
    id,
    name: v.exactOptional(v.string()),
    /** Bytes; of them `expertBytes` are copied in memory for a processor, in another order. */
    fileSize: count,
    expertBytes: count,
    /** Bytes that a context takes per token. */
    keyValueBytes: count,
    layers: count,
    trainedContextSize: count,
    vocabularySize: count,
  }),
  v.strictObject({
    type: v.literal("probed"),
    id,
    /** Those that llama.cpp can use, the best first. Memory in bytes, of all its devices. */
    gpus: v.array(v.strictObject({ gpu, devices: v.array(v.string()), memory: count, freeMemory: count })),
    /** That compute well (no hyper-threads, no efficiency cores), at most those that this process may use. */
    cores: count,
    /** Bytes. `availableMemory` is without what programs hold, and within a container's limit. */
    memory: count,
    availableMemory: count,
  }),
  v.strictObject({
    type: v.literal("calibrated"),
    id,
    threads: count,
    promptTokensPerSecond: v.number(),
    generationTokensPerSecond: v.number(),
    /** So many tokens tried at once cost so little more than one that rewriting gets faster; 0: they don't. */
    draftTokens: count,
  }),
  v.strictObject({ type: v.literal("pong"), id }),
  v.strictObject({
    type: v.literal("failed"),
    id,
    kind: v.picklist([
      "modelMissing",
      /** The file is there, and this user may not read it, or its drive doesn't answer. */
      "modelUnreadable",
      "modelBroken",
      "modelUnsuitable",
      "outOfMemory",
      "contextFull",
      "noModel",
      "busy",
      "noBinary",
      /** The graphics card doesn't do it. End this child and load with `cpu` in another. */
      "gpuFailed",
      "internal",
    ]),
    /** Technical detail for the log and the "what happened" row, never the sentence for the user. */
    detail: v.string(),
    /** Of `contextFull`: what was asked, and what there is. */
    promptTokens: v.exactOptional(count),
    contextSize: v.exactOptional(count),
  }),
])

export type HostToRuntime = v.InferOutput<typeof hostToRuntime>
export type RuntimeToHost = v.InferOutput<typeof runtimeToHost>
export type GeneratedPiece = v.InferOutput<typeof piece>
export type GpuChoice = (typeof gpuChoices)[number]
export type Gpu = v.InferOutput<typeof gpu>
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
