// How a model lies on a computer: which part of it a graphics card takes, and what main memory holds then. Formulae;
// which layers it really are is the library's choice at loading.
import type { Gpu } from "../../../protocol/runtimeProtocol.ts"
import { type Contexts, contextBytes, type MemoryNeed, type ModelFile, memoryNeed } from "./modelNeeds.ts"

/** What llama.cpp can compute on beside the processor. Sizes in bytes, of all devices together. */
export type Graphics = {
  /** "Apple M2 Pro", or how many there are. */
  readonly name: string
  readonly gpu: Gpu
  readonly memory: number
  /** When it was asked. */
  readonly freeMemory?: number
  readonly devices: number
  /** Its memory is the computer's own: Apple's chips, graphics within a processor. */
  readonly sharesMemory: boolean
}

export type Placement = {
  /** Of its layers, 0 to 1. */
  readonly onGraphics: number
  /** Of main memory. */
  readonly need: MemoryNeed
  /** Bytes of the card's memory that the whole model wants. */
  readonly wholeOnCard: number
}

const gibibyte = 2 ** 30

/** Left free by the library's own reckoning: 8 % of the card, at most 1.6 GiB. */
const cardShare = 0.92
const mostLeftFree = 1.6 * gibibyte

/** What computing takes there: with a vocabulary of 201,088 some 400 MB for chat, 100 for ghost text. */
const bufferBytes = 0.5 * gibibyte

export function placement(model: ModelFile, contexts: Contexts, graphics: Graphics | undefined): Placement {
  const context = contextBytes(model, contexts)
  const whole = model.fileSize + context + bufferBytes
  const room = graphics === undefined ? 0 : usable(graphics) - context - bufferBytes
  const onGraphics = Math.min(1, Math.max(0, room / model.fileSize))
  const onProcessor = memoryNeed(model, contexts)
  // The process itself is there whoever computes.
  const own = onProcessor.held - model.expertBytes - context
  const shared = graphics?.sharesMemory === true ? onGraphics * whole : 0
  const left = 1 - onGraphics
  return {
    onGraphics,
    need: { held: own + left * (model.expertBytes + context) + shared, cached: left * onProcessor.cached },
    wholeOnCard: whole,
  }
}

function usable({ memory }: Graphics): number {
  return Math.max(memory * cardShare, memory - mostLeftFree)
}
