// Ids of a raw stream → pieces as the turn's reader takes them: one per token, text always whole characters.
import { createUtf8Decoder } from "../../../harmony/utf8Decoder.ts"
import type { GeneratedPiece } from "../../../protocol/runtimeProtocol.ts"
import type { RawChunk } from "./rawChunk.ts"
import { namesById, type RawVocabulary } from "./rawVocabulary.ts"

/** The id of a piece whose token the server kept to itself: a message that holds one can't be fed again by ids. */
export const unknownToken = -1

export type RawPieces = {
  /** Pieces that are complete now. Undefined: an id means nothing to the vocabulary and came without text. */
  push(chunk: RawChunk): readonly GeneratedPiece[] | undefined
  /** What still waits, with U+FFFD for what never came. */
  end(): readonly GeneratedPiece[]
}

/** For one answer. */
export function rawPieces(vocabulary: RawVocabulary): RawPieces {
  const controls = namesById(vocabulary)
  const characters = createUtf8Decoder()
  let waiting: readonly number[] = []
  let seen = 0

  /** Text for the tokens that waited and this one. */
  function release(text: string, token: number): readonly GeneratedPiece[] {
    const pieces = [...waiting.map(earlier => ({ text: "", token: earlier })), { text, token }]
    waiting = []
    return pieces
  }

  function end(): readonly GeneratedPiece[] {
    const rest = characters.flush()
    const last = waiting.at(-1)
    if (last === undefined) return rest === "" ? [] : [{ text: rest, token: unknownToken }]
    waiting = waiting.slice(0, -1)
    return release(rest, last)
  }

  /** By the server's own text: llama-server sends one token an event, and the characters it completes. */
  function byText(token: number, text: string, isWhole: boolean): readonly GeneratedPiece[] {
    const lost = isWhole ? [] : [{ text: "", token: unknownToken }]
    const control = controls.get(token)
    return [...lost, control === undefined ? { text, token } : { control, token }]
  }

  function byBytes(token: number): readonly GeneratedPiece[] | undefined {
    const control = controls.get(token)
    if (control !== undefined) return [...end(), { control, token }]
    const bytes = vocabulary.bytesOf(token)
    if (bytes === undefined) return undefined
    const text = characters.push(bytes)
    if (text !== "" || bytes.length === 0) return release(text, token)
    waiting = [...waiting, token]
    return []
  }

  return {
    push({ ids, text, written }) {
      const before = seen
      seen = Math.max(written ?? 0, seen + ids.length)
      const [only, ...more] = ids
      if (only === undefined) return []
      if (text !== undefined && more.length === 0)
        return byText(only, text, written === undefined || written <= before + 1)
      const pieces = ids.map(byBytes)
      return pieces.every(each => each !== undefined) ? pieces.flat() : undefined
    },
    end,
  }
}
