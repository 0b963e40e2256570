// Whether a model runs well on a computer, in a sentence: before it is downloaded, and before it is loaded. Figures
// in, words out; nothing is measured here.
import { roomNeeded } from "../../download/roomNeeded.ts"
import { expectedSpeed, type Speed, tellingShare } from "./expectedSpeed.ts"
import { measuredWords } from "./measuredWords.ts"
import { type Contexts, type ModelFile, memoryNeed } from "./modelNeeds.ts"
import { type Graphics, type Placement, placement } from "./placement.ts"

/** Sizes in bytes. */
export type ComputerFacts = {
  readonly memory: number
  /** Without what programs hold. Missing where the system's figure says little: macOS counts its file cache as used. */
  readonly freeMemory?: number
  /** Where models are downloaded to. Missing where the system doesn't say. */
  readonly freeDisk?: number
  /** That compute well. */
  readonly cores: number
  /** Missing while nobody asked for it, where there is none, and where the settings leave it alone. */
  readonly graphics?: Graphics
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
  /** Bytes still to be downloaded; absent or 0: it is there. The disk must have what the download asks for. */
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
  const lies = placement(model, contexts, graphics)
  const { need, onGraphics } = lies
  if (memory * builtIn < need.held + systemBytes) return noMemory(computer, lies)
  const room = roomNeeded(download)
  if (freeDisk !== undefined && freeDisk < room) {
    const free = (Math.floor(freeDisk / (gigabyte / 10)) / 10).toFixed(1)
    return { verdict: "noDisk", sentence: `Needs ${inGigabytes(room)} on disk; ${free} GB are free.` }
  }
  const keepsWeights = memory * builtIn >= need.held + need.cached + systemBytes
  const asked = { model, cores: computer.cores, graphics, onGraphics, keepsWeights }
  const speed = measured?.generationTokensPerSecond ?? expectedSpeed(asked)
  const facts = `${placeWords(computer, onGraphics)}, ${speedWords(speed)}, ${contextWords(contexts.chat)}.`
  if ((typeof speed === "number" ? speed : speed.low) < comfortable)
    return { verdict: "slow", sentence: `Works, slowly: ${facts}` }
  const sentence = `Fits: ${facts}`
  const busy = onGraphics === 1 ? busyCard(lies, graphics) : busyMemory(need.held, freeMemory)
  return { verdict: "fits", sentence: busy === undefined ? sentence : `${sentence} ${busy}` }
}

function noMemory({ memory, graphics }: ComputerFacts, { need, onGraphics }: Placement): FitAdvice {
  const needed = Math.ceil((need.held + need.cached + systemBytes) / gibibyte)
  const beside =
    graphics !== undefined && !graphics.sharesMemory && onGraphics > 0 ? ` beside ${cardWords(graphics)}` : ""
  const sentence = `Needs about ${needed} GB of memory${beside}; ${Math.floor(memory / gibibyte)} GB are here. An endpoint is the better choice.`
  return { verdict: "noMemory", sentence }
}

/** "13–20 tokens/s expected"; a number is a measured one. */
function speedWords(speed: number | Speed): string {
  if (typeof speed === "number") return `${measuredWords(speed)} measured`
  const { low, high } = { low: rounded(speed.low), high: rounded(speed.high) }
  if (speed.high < 1) return "less than 1 token/s expected"
  if (low !== high) return `${low}–${high} tokens/s expected`
  return `about ${low} ${low === 1 ? "token" : "tokens"}/s expected`
}

/** No more digits than an estimate has. */
function rounded(tokensPerSecond: number): number {
  const step = tokensPerSecond < 20 ? 1 : tokensPerSecond < 100 ? 5 : 10
  return Math.round(tokensPerSecond / step) * step
}

/** "16k context" */
function contextWords(tokens: number): string {
  return `${Math.floor(tokens / 1000)}k context`
}

/** What computes, with its memory. */
function placeWords({ memory, graphics }: ComputerFacts, onGraphics: number): string {
  const main = `${inGibibytes(memory)} memory`
  if (graphics === undefined || onGraphics < tellingShare) return main
  if (graphics.sharesMemory) return `${graphics.name} with ${inGibibytes(memory)}`
  return onGraphics === 1 ? cardWords(graphics) : `${cardWords(graphics)} and ${main}`
}

function cardWords({ name, memory }: Graphics): string {
  return `${name} with ${inGibibytes(memory)}`
}

function busyMemory(held: number, free: number | undefined): string | undefined {
  if (free === undefined || free >= held) return undefined
  return `Only ${Math.floor(free / gibibyte)} GB are free now: close large programs first.`
}

function busyCard({ wholeOnCard }: Placement, graphics: Graphics | undefined): string | undefined {
  const free = graphics?.sharesMemory === false ? graphics.freeMemory : undefined
  if (free === undefined || free >= wholeOnCard) return undefined
  return `Only ${Math.floor(free / gibibyte)} GB of the card’s memory are free now: close what uses it first.`
}

/** What loading will do to a computer that is short of memory, before it happens; undefined: nothing to be said. */
export function loadWarning({ computer, model, contexts }: FitQuestion): string | undefined {
  const { memory, graphics } = computer
  const available = computer.freeMemory ?? memory - systemBytes
  const { need, onGraphics } = placement(model, contexts, graphics)
  const { held, cached } = need
  if (available >= held + cached) return undefined
  const effect =
    available >= held
      ? "It will be slow, because parts of the file are read again and again."
      : "Other programs will be pushed out of memory, and the computer may stand still for minutes."
  const copy = model.expertBytes * (1 - onGraphics)
  const ofIt = onGraphics < 1 ? ` (${tenths(copy)} GB of it for a faster copy of its weights)` : ""
  const more = onGraphics < 1 ? ` and wants ${tenths(cached)} GB more for its file` : ""
  const have =
    computer.freeMemory === undefined
      ? `this computer has ${inGibibytes(memory)}`
      : `${tenths(available)} GB are free now`
  return `This model takes ${tenths(held)} GB of memory${ofIt}${more}; ${have}. ${effect}`
}

/** For a model that another window has in memory: each has its own copy. `others`: how many windows. */
export function secondCopyWarning(model: ModelFile, contexts: Contexts, others: number): string {
  const { held } = memoryNeed(model, contexts)
  const who = others === 1 ? "Another window has" : `${others} other windows have`
  return `${who} this model in memory. This window needs ${tenths(held)} GB more for its own copy; only the file is shared.`
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
