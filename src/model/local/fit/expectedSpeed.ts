// How fast a model will write on a processor, before anybody measured it here. An estimate of whole tokens per second,
// from what the memory of an ordinary computer delivers; a measurement replaces it.
import { bytesPerToken, type ModelFile } from "./modelNeeds.ts"

/**
 * Bytes per second that one core reads, and all together: two channels of current memory. Measured on two cores of a
 * Zen 5: 42 and 55 GB/s.
 */
const perCore = 40e9
const together = 55e9

/** Of that, what llama.cpp's processor backend gets out: 60 to 66 % measured with gpt-oss-20b's shape. */
const efficiency = 0.62

/** What a disk delivers when the weights don't fit into memory and come from there again and again. */
const fromDisk = 2e9

/** Tokens per second. `fitsMemory`: the weights stay there. */
export function expectedSpeed(model: ModelFile, cores: number, fitsMemory: boolean): number {
  const fromMemory = Math.min(perCore * cores, together) * efficiency
  return (fitsMemory ? fromMemory : fromDisk) / bytesPerToken(model)
}
