// What is said where the settings want a graphics card and it isn't used. Pure. (Of CUDA, cudaWords.ts says more.)
import type { GpuChoice } from "../protocol/runtimeProtocol.ts"

/** For one that has to be there and isn't. */
export function gpuNotHere(wanted: GpuChoice): string {
  return `osprey.local.gpu is ${wanted}, but no graphics card was found that can be used so. The processor computes for the model.`
}

/** It has crashed, or it hung. */
export const gpuProbeCrashed =
  "Looking for graphics cards ended its process, as a broken driver does. The processor computes for the model. " +
  "Update the driver, or set osprey.local.gpu to cpu to have this not asked."

export const gpuGivenUp =
  "The graphics card can't run this model. Osprey uses the processor, which is slower."
