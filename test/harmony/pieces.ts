// A model's pieces written as a readable text: `<|name|>` is a control token, a lone `|` parts two texts.
import type { HarmonyPiece } from "../../src/harmony/harmonyPiece.ts"
import { controlTokens } from "../../src/protocol/segment.ts"

export function pieces(text: string): readonly HarmonyPiece[] {
  return text.split(/(<\|\w+\|>)|\|/).flatMap((part): readonly HarmonyPiece[] => {
    if (part === undefined || part === "") return []
    const control = controlTokens.find(token => part === `<|${token}|>`)
    if (control !== undefined) return [{ control }]
    return [/^<\|\w+\|>$/.test(part) ? { reserved: part } : { text: part }]
  })
}
