// What a reader of answers is fed: a model's pieces, and the reserved tokens that no grammar gives a meaning.
import type { Piece } from "../protocol/segment.ts"

/** `reserved` is the literal of a special token that Harmony doesn't use, e.g. `<|reserved_200014|>`. */
export type HarmonyPiece = Piece | { readonly reserved: string }

/** The characters of a piece; a control token's are those that the vocabulary names it by. */
export function pieceLiteral(piece: HarmonyPiece): string {
  if ("text" in piece) return piece.text
  return "reserved" in piece ? piece.reserved : `<|${piece.control}|>`
}
