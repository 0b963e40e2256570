// The port to a model's vocabulary: text and control tokens ⇄ ids. Nobody but an implementation knows a number.
import type { ControlToken, Segment } from "../protocol/segment.ts"
import type { HarmonyPiece } from "./harmonyPiece.ts"
import { createUtf8Decoder } from "./utf8Decoder.ts"

/** What an id stands for. An ordinary token's bytes may be a part of a character. */
export type TokenMeaning =
  | { readonly bytes: Uint8Array }
  | { readonly control: ControlToken }
  | { readonly reserved: string }

export interface Vocabulary {
  /** Ids of ordinary text, whatever it spells: never a control or reserved token's. */
  encode(text: string): readonly number[]
  idOf(control: ControlToken): number
  /** An id that the vocabulary lacks stands for U+FFFD. */
  meaningOf(id: number): TokenMeaning
}

export interface PieceDecoder {
  push(id: number): readonly HarmonyPiece[]
  /** What is left of a character that never became complete; afterwards the decoder is as new. */
  flush(): readonly HarmonyPiece[]
}

/** The ids of a prompt. Each text is encoded apart. */
export function encodeSegments(vocabulary: Vocabulary, segments: readonly Segment[]): number[] {
  return segments.flatMap(segment => {
    if ("text" in segment) return vocabulary.encode(segment.text)
    return "control" in segment ? vocabulary.idOf(segment.control) : segment.tokens
  })
}

/** Ids one by one into pieces of whole characters. A control token ends whatever character was incomplete. */
export function createPieceDecoder(vocabulary: Vocabulary): PieceDecoder {
  const characters = createUtf8Decoder()
  const flush = () => textPieces(characters.flush())
  return {
    push(id) {
      const meaning = vocabulary.meaningOf(id)
      return "bytes" in meaning ? textPieces(characters.push(meaning.bytes)) : [...flush(), meaning]
    },
    flush,
  }
}

function textPieces(text: string): readonly HarmonyPiece[] {
  return text === "" ? [] : [{ text }]
}
