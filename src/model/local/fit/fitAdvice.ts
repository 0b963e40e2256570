// Whether a model runs well on a computer, in a sentence: before it is downloaded, and before it is loaded. Figures
// in, words out; nothing is measured here.
import { expectedSpeed } from "./expectedSpeed.ts"
import { type Contexts, type ModelFile, memoryNeed } from "./modelNeeds.ts"

/** Sizes in bytes. */
export type ComputerFacts = {
  readonly memory: number
  /** Without what programs hold. Missing where the system's figure says little: macOS counts its file cache as used. */
  readonly freeMemory?: number
  /** Missing where the system doesn't say. */
  readonly freeDisk?: number
  /** That compute well. */
  readonly cores: number
  /** Graphics cards that llama.cpp can use, together; missing while nobody asked for them. */
  readonly graphics?: { readonly name: string; readonly memory: number }
}

/** Measured on this computer with this model. Tokens per second. */
export type MeasuredSpeed = {
  readonly promptTokensPerSecond: number
  readonly generationTokensPerSecond: number
}

export type FitQuestion = {
  readonly model: ModelFile
  readonly contexts: Contexts
  readonly computer: ComputerFacts
  /** Bytes still to be downloaded; absent or 0: it is there. */
  readonly download?: number
  readonly measured?: MeasuredSpeed | undefined
}

export type FitAdvice = {
  readonly verdict: "fits" | "slow" | "noMemory" | "noDisk"
  /** Whole, and says why. */
  readonly sentence: string
}

const gibibyte = 2 ** 30
const gigabyte = 1e9

/** What system and editor hold beside the model. */
const systemBytes = 1.5 * gibibyte
/** A system shows a little less memory than is built in. */
const builtIn = 1.05
/** Below this one reads faster than the model writes. Tokens per second. */
const comfortable = 7

export function fitAdvice(question: FitQuestion): FitAdvice {
  const { computer, model, contexts, download = 0, measured } = question
  const { memory, freeMemory, freeDisk, graphics } = computer
  const need = memoryNeed(model, contexts)
  const onGraphics = graphics !== undefined && graphics.memory > model.fileSize
  if (!onGraphics && memory * builtIn < need.held + systemBytes) {
    const needed = Math.ceil((need.held + need.cached + systemBytes) / gibibyte)
    const sentence = `Needs about ${needed} GB of memory; ${Math.floor(memory / gibibyte)} GB are here. An endpoint is the better choice.`
    return { verdict: "noMemory", sentence }
  }
  if (freeDisk !== undefined && freeDisk < download) {
    const free = (Math.floor(freeDisk / (gigabyte / 10)) / 10).toFixed(1)
    return { verdict: "noDisk", sentence: `Needs ${inGigabytes(download)} on disk; ${free} GB are free.` }
  }
  const end = download > 0 ? `, ${inGigabytes(download)} download` : ""
  if (onGraphics && measured === undefined)
    return { verdict: "fits", sentence: `Fits: ${graphics.name} with ${inGibibytes(graphics.memory)}${end}.` }
  const keepsWeights = memory * builtIn >= need.held + need.cached + systemBytes
  const speed = measured?.generationTokensPerSecond ?? expectedSpeed(model, computer.cores, keepsWeights)
  const words = `${shown(speed, measured === undefined ? "about " : "")} ${measured === undefined ? "expected" : "measured"}`
  if (speed < comfortable)
    return { verdict: "slow", sentence: `Works, slowly: ${words} with ${inGibibytes(memory)} memory${end}.` }
  if (!onGraphics && freeMemory !== undefined && freeMemory < need.held) {
    const sentence = `Fits: ${inGibibytes(memory)} memory, ${Math.floor(freeMemory / gibibyte)} GB of it free now. Close large programs first.`
    return { verdict: "fits", sentence }
  }
  return { verdict: "fits", sentence: `Fits: ${inGibibytes(memory)} memory, ${words}${end}.` }
}

/** What loading will do to a computer that is short of memory, before it happens; undefined: nothing to be said. */
export function loadWarning({ computer, model, contexts }: FitQuestion): string | undefined {
  const { memory, freeMemory = memory - systemBytes, graphics } = computer
  if (graphics !== undefined && graphics.memory > model.fileSize) return undefined
  const { held, cached } = memoryNeed(model, contexts)
  if (freeMemory >= held + cached) return undefined
  const effect =
    freeMemory >= held
      ? "It will be slow, because parts of the file are read again and again."
      : "Other programs will be pushed out of memory, and the computer may stand still for minutes."
  return (
    `This model takes ${tenths(held)} GB of memory (${tenths(model.expertBytes)} GB of it for a faster copy of its weights) ` +
    `and wants ${tenths(cached)} GB more for its file; ${tenths(freeMemory)} GB are free now. ${effect}`
  )
}

/** For a model that another window has in memory: each has its own copy. `others`: how many windows. */
export function secondCopyWarning(model: ModelFile, contexts: Contexts, others: number): string {
  const { held } = memoryNeed(model, contexts)
  const who = others === 1 ? "Another window has" : `${others} other windows have`
  return `${who} this model in memory. This window needs ${tenths(held)} GB more for its own copy; only the file is shared.`
}

function shown(tokensPerSecond: number, about: string): string {
  if (tokensPerSecond < 1) return "less than 1 token/s"
  const whole = Math.round(tokensPerSecond)
  return `${about}${whole} ${whole === 1 ? "token" : "tokens"}/s`
}

function inGigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(1)} GB`
}

function inGibibytes(bytes: number): string {
  return `${Math.round(bytes / gibibyte)} GB`
}

function tenths(bytes: number): string {
  return (bytes / gibibyte).toFixed(1)
}
