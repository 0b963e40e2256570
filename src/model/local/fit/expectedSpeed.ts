// How fast a model will write, before anybody measured it here. An estimate: from what the memory of an ordinary
// computer delivers, or from what others published of gpt-oss-20b on their graphics cards; a measurement replaces it.
import { bytesPerToken, gptOss20b, type ModelFile } from "./modelNeeds.ts"
import type { Graphics } from "./placement.ts"

/** Tokens per second, from … to. Both the same: one figure. */
export type Speed = { readonly low: number; readonly high: number }

export type SpeedQuestion = {
  readonly model: ModelFile
  readonly cores: number
  readonly graphics: Graphics | undefined
  /** Of the layers, 0 to 1. */
  readonly onGraphics: number
  /** The weights that the processor reads stay in memory. */
  readonly keepsWeights: boolean
}

/** Less than this of a model on a card is told as the processor's work. */
export const tellingShare = 1 / 3

/**
 * Bytes per second that one core reads, and all together: two channels of current memory. Measured on two cores of a
 * Zen 5: 42 and 55 GB/s.
 */
const perCore = 40e9
const together = 55e9

/** Of that, what llama.cpp's processor backend gets out: 60 to 66 % measured with gpt-oss-20b's shape on two cores. */
const efficiency = 0.62
/** More cores get at most so much more out; published for eight threads: 15.9 to 21.4 tokens/s with gpt-oss-20b. */
const manyCores = 1.5

/** What a disk delivers when the weights don't fit into memory and come from there again and again. */
const fromDisk = 2e9

/**
 * Published for gpt-oss-20b and one request at a time, in tokens per second (collected in 2026; the publishers' own
 * figures). M1 21, M5 48, V100 138, A100 180–189, RTX 4080 210, RTX 4090 266, H100 276–286, B300 327: pavlokhmel.com;
 * M4 20–25, M2 Pro 50: AlexsJones/llmfit PR 1026 and 1031; M2 Max 91: Jackrong/gpt-oss-20b-MLX-4bit; M1 Ultra 86,
 * RTX 3060 27 and RTX 4070 10, both with a part of it: ollama issue 11688; RTX 4060 Ti 58–63, RTX 5080 149–172:
 * vettedconsumer.com; RX 7900 XT 94, 20 with its experts on the processor: llama.cpp discussion 15396.
 */
const published = {
  appleBase: { low: 20, high: 50 },
  appleLarge: { low: 50, high: 90 },
  /** 16 GB and their like. */
  card: { low: 60, high: 200 },
  /** 20 GB and more. */
  largeCard: { low: 90, high: 320 },
  /** A part of the model on a card, the rest on the processor. */
  partOnCard: { low: 10, high: 27 },
} as const

const largeCard = 18 * 2 ** 30

export function expectedSpeed(question: SpeedQuestion): Speed {
  const { model, graphics, onGraphics, keepsWeights } = question
  const processor = processorSpeed(question)
  if (graphics === undefined || onGraphics < tellingShare || !keepsWeights) return processor
  const isWhole = onGraphics === 1
  const apple = /^Apple M\d+( \w+)?/.exec(graphics.name)
  if (apple !== null) {
    const range = scaled(apple[1] === undefined ? published.appleBase : published.appleLarge, model)
    return isWhole ? range : { low: Math.min(processor.low, range.low), high: range.high }
  }
  // Both read the same memory.
  if (graphics.sharesMemory) return processor
  const isLarge = graphics.memory / graphics.devices > largeCard
  return scaled(isWhole ? (isLarge ? published.largeCard : published.card) : published.partOnCard, model)
}

function processorSpeed({ model, cores, onGraphics, keepsWeights }: SpeedQuestion): Speed {
  const bytes = bytesPerToken(model)
  if (!keepsWeights) {
    const speed = fromDisk / (bytes * (1 - onGraphics))
    return { low: speed, high: speed }
  }
  const low = (Math.min(perCore * cores, together) * efficiency) / bytes
  return { low, high: cores > 2 ? low * manyCores : low }
}

/** Writing is bound by the bytes that it reads. */
function scaled({ low, high }: Speed, model: ModelFile): Speed {
  const factor = bytesPerToken(gptOss20b) / bytesPerToken(model)
  return { low: low * factor, high: high * factor }
}
