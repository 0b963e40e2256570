// What is said about CUDA, as sentences: what it needs and whether that is here, and what came of adding it. Pure.
import type { CudaLibraries } from "../model/local/cudaLibraries.ts"
import type { Gpu, GpuChoice } from "../protocol/runtimeProtocol.ts"
import { megabytes } from "./downloadWords.ts"

/** A graphics card that llama.cpp found. */
export type FoundCard = { readonly gpu: Gpu; readonly devices: readonly string[] }

/** Why it isn't offered on a computer without a CUDA build. */
export function cudaImpossible(platform: string): string {
  const others = "llama.cpp has a CUDA build for 64-bit Linux and Windows on x86 processors only."
  if (platform.startsWith("darwin"))
    return `${others} On this Mac it uses ${platform === "darwin-arm64" ? "Metal, which came with Osprey" : "the processor"}.`
  return `${others} On this computer it uses the processor.`
}

/** `bytes`: of the archive, and on the disk. */
export function cudaOffer(
  bytes: { readonly archive: number; readonly unpacked: number },
  libraries: CudaLibraries,
): { readonly sentence: string; readonly detail: string } {
  return {
    sentence: `Download CUDA support (${megabytes(bytes.archive)} MB)?`,
    detail: [
      `llama.cpp’s CUDA build for NVIDIA cards from the GTX 16 and RTX 20 series on, ${megabytes(bytes.unpacked)} MB on the disk.`,
      "It needs NVIDIA’s driver, 580 or newer, and the runtime libraries of CUDA 13, which Osprey doesn’t bring.",
      foundHere(libraries),
    ].join("\n\n"),
  }
}

function foundHere({ driver, missing }: CudaLibraries): string {
  if (driver && missing.length === 0) return "Both were found on this computer."
  const libraries = `CUDA 13’s libraries (${missing.join(", ")})`
  if (driver)
    return `The driver was found on this computer, ${libraries} were not. Install ${toolkit} for them.`
  if (missing.length === 0)
    return "CUDA 13’s libraries were found on this computer, a driver of NVIDIA’s was not. Install it first."
  return `Neither the driver nor ${libraries} were found on this computer. Install them first.`
}

const toolkit = "NVIDIA’s CUDA Toolkit 13"

/** After it was added, or when it is asked for again. `cards`: all that llama.cpp finds now. */
export function cudaOutcome(
  cards: readonly FoundCard[],
  libraries: CudaLibraries,
  setting: GpuChoice,
): string {
  const card = cards.find(({ gpu }) => gpu === "cuda")
  if (card !== undefined) {
    const next =
      setting === "auto" || setting === "cuda"
        ? "The model is loaded with it at your next message."
        : "To use it, set osprey.local.gpu to auto."
    return `CUDA works with ${card.devices[0] ?? "this card"}. ${next}`
  }
  return `CUDA support is here, but ${cudaLacks(libraries)} ${meanwhile(cards)}`
}

/** Goes on after a "but", as a clause, with the next step behind it. */
export function cudaLacks({ driver, missing }: CudaLibraries): string {
  const again = "then choose “Add CUDA Support…” again."
  if (!driver) return `no driver of NVIDIA’s was found. Install it, ${again}`
  if (missing.length > 0)
    return `${missing.join(", ")} ${missing.length > 1 ? "were" : "was"} not found. Install ${toolkit}, ${again}`
  return `it finds no card that it can use. Update NVIDIA’s driver, ${again}`
}

/** The settings ask for CUDA, which was added. */
export function cudaFails(libraries: CudaLibraries): string {
  return `The processor computes for the model: CUDA support is here, but ${cudaLacks(libraries)}`
}

function meanwhile(cards: readonly FoundCard[]): string {
  const [other] = cards
  if (other === undefined) return "Until then the processor computes."
  return `Until then ${other.devices[0] ?? "the graphics card"} computes through ${nameOf(other.gpu)}.`
}

function nameOf(gpu: Gpu): string {
  return { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" }[gpu]
}

/** Before a model is loaded for which the settings ask for CUDA, which isn't there. */
export const cudaMissing =
  "osprey.local.gpu is cuda, but CUDA support isn’t installed. Until you add it, the processor computes for the model."

/** The same on a computer that can't have it. */
export const cudaNeverHere =
  "The processor computes for the model: osprey.local.gpu is cuda, and llama.cpp has no CUDA build for this computer. Set it to auto for the best that works."

/** Before the first model is loaded after an update of Osprey. */
export const cudaOutdated =
  "This version of Osprey needs another version of its CUDA support. Until you add it, the model is computed without."

export const cudaNotHere = "CUDA support isn’t installed, so there is nothing to remove."

export const cudaRemoval = {
  sentence: "Remove CUDA support?",
  detail:
    "Its files are deleted. The model is taken out of memory, and an answer that is being written ends.",
} as const

export const cudaRemoved = "CUDA support was removed. The model is loaded without it at your next message."

export const cudaInUse =
  "CUDA support is in use, by another window perhaps. Close the other windows, then remove it again."

export const cudaUnpacking = "CUDA support is being unpacked. It is ready in a moment."
