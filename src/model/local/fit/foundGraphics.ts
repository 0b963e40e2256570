// What a probe found of graphics cards, as the formulae of fit want it: one name, and whose memory it is. The probe
// doesn't tell the latter, so it is read from the name.
import type { MachineFacts } from "../probeMachine.ts"
import type { Graphics } from "./placement.ts"

/** One way to compute beside the processor, with its devices. */
export type ProbedCard = MachineFacts["gpus"][number]

/** Characters; drivers choose the names. */
const longestName = 60

/**
 * Cards with memory of their own. All else counts as a part of a processor, which has none: so nothing is counted
 * twice, and of an unknown card too little is promised.
 */
const ownMemory: readonly RegExp[] = [
  /^(?!.*\b(GB10|Tegra|Orin|Xavier|Thor)\b).*\b(NVIDIA|GeForce|Quadro|Tesla)\b/,
  /\bRadeon (RX (?!Vega \d+ Graphics)|Pro |VII)/i,
  /\bInstinct\b/,
  /\bArc\b.* [AB]\d{2,3}M?\b/,
]

export function foundGraphics({ gpu, devices, memory, freeMemory }: ProbedCard): Graphics {
  const names = devices.map(plain)
  const first = names[0] ?? gpu
  return {
    name: devices.length > 1 ? `${devices.length} graphics cards` : first,
    ...{ gpu, memory, freeMemory },
    devices: Math.max(1, devices.length),
    sharesMemory: !ownMemory.some(name => name.test(first)),
  }
}

/** Without marks and the driver's own name: "Intel(R) Arc(TM) A770 Graphics (DG2)". */
function plain(name: string): string {
  return name
    .replace(/\s*\([^)]*\)/g, "")
    .trim()
    .slice(0, longestName)
}
