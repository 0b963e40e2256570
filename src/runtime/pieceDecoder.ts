// Token ids → pieces, one per token. Text is always whole characters: a token that ends inside one waits, and
// the character travels with the token that completes it.
import type { GeneratedPiece } from "../protocol/runtimeProtocol.ts"
import type { ControlToken } from "../protocol/segment.ts"
import type { LoadedModel } from "./loadedModel.ts"

/** A character has at most 4 bytes, so more tokens can't belong to one. */
const longestCharacter = 4
const incomplete = "\uFFFD"

export type PieceDecoder = {
  /** Pieces that are complete now. */
  readonly push: (token: number) => readonly GeneratedPiece[]
  /** What still waits, with U+FFFD for what never came. */
  readonly end: () => readonly GeneratedPiece[]
}

/** For one generation; `texts` may be kept by the caller for the next one of the same model. */
export function pieceDecoder(
  model: Pick<LoadedModel, "controlIds" | "decode">,
  texts: Map<number, string>,
): PieceDecoder {
  const controls = new Map<number, ControlToken>()
  for (const [name, id] of Object.entries(model.controlIds)) controls.set(id, name as ControlToken)
  let waiting: number[] = []

  const release = (): GeneratedPiece[] => {
    const text = model.decode(waiting)
    const pieces = waiting.map((token, i) => ({ text: i === waiting.length - 1 ? text : "", token }))
    waiting = []
    return pieces
  }
  const end = () => (waiting.length === 0 ? [] : release())

  return {
    push: token => {
      const control = controls.get(token)
      if (control !== undefined) return [...end(), { control, token }]
      const text = textOf(model, texts, token)
      if (waiting.length === 0 && !text.includes(incomplete)) return [{ text, token }]
      waiting.push(token)
      const whole = waiting.length >= longestCharacter || !model.decode(waiting).endsWith(incomplete)
      return whole ? release() : []
    },
    end,
  }
}

function textOf(model: Pick<LoadedModel, "decode">, texts: Map<number, string>, token: number): string {
  const known = texts.get(token)
  if (known !== undefined) return known
  const text = model.decode([token])
  texts.set(token, text)
  return text
}
