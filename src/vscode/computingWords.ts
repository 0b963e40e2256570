// What computes for a model on this computer and how fast, in the few words of a menu's row, a tooltip or the log. Pure.
import type { MeasuredSpeed } from "../model/local/fit/fitAdvice.ts"
import { measuredWords } from "../model/local/fit/measuredWords.ts"
import type { LoadedFacts } from "../model/local/modelLoader.ts"

export type Computing = Pick<LoadedFacts, "gpu" | "gpuLayers" | "layers" | "threads">

const names: Readonly<Record<string, string>> = { metal: "Metal", cuda: "CUDA", vulkan: "Vulkan" }

/** "Vulkan, 24 of 24 layers", "processor, 3 threads", or both where both compute. */
export function computingWords({ gpu, gpuLayers, layers, threads }: Computing): string {
  const processor = `processor, ${threads} ${threads === 1 ? "thread" : "threads"}`
  if (gpu === "none" || gpuLayers === 0) return processor
  const card = `${names[gpu] ?? gpu}, ${gpuLayers} of ${layers} layers`
  return gpuLayers < layers ? `${card}; ${processor}` : card
}

/** "Measured on this computer: it writes 13 tokens/s and reads 24 tokens/s." */
export function measuredSentence(speed: MeasuredSpeed): string {
  const writes = measuredWords(speed.generationTokensPerSecond)
  return `Measured on this computer: it writes ${writes} and reads ${measuredWords(speed.promptTokensPerSecond)}.`
}
