// The port to the vocabulary of a model that is spoken to in token ids over HTTP, and o200k, gpt-oss's own, behind
// it. A server with another vocabulary has its own implementation; nobody else knows a token's number.
import { o200kVocabulary } from "../../../harmony/o200kVocabulary.ts"
import { type ControlToken, controlTokens, type Segment } from "../../../protocol/segment.ts"

export interface RawVocabulary {
  readonly controlIds: Readonly<Record<ControlToken, number>>
  /** The ids of each text; whatever it spells, no control token's (SR-7). Throws a ModelError. */
  encodeTexts(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>
  /** What an id that isn't a control token's stands for, perhaps a part of a character; undefined: unknown here. */
  bytesOf(id: number): Uint8Array | undefined
}

/** gpt-oss's vocabulary, loaded at first use. */
export async function o200kRawVocabulary(): Promise<RawVocabulary> {
  const vocabulary = await o200kVocabulary()
  return {
    controlIds: idsByName(control => vocabulary.idOf(control)),
    encodeTexts: async texts => texts.map(text => vocabulary.encode(text)),
    bytesOf(id) {
      const meaning = vocabulary.meaningOf(id)
      return "bytes" in meaning ? meaning.bytes : new Uint8Array(0)
    },
  }
}

export function idsByName(idOf: (control: ControlToken) => number): Readonly<Record<ControlToken, number>> {
  const [start, end, message, channel] = [idOf("start"), idOf("end"), idOf("message"), idOf("channel")]
  const [constrain, call, endoftext] = [idOf("constrain"), idOf("call"), idOf("endoftext")]
  return { start, end, message, channel, constrain, return: idOf("return"), call, endoftext }
}

export function namesById({ controlIds }: RawVocabulary): ReadonlyMap<number, ControlToken> {
  return new Map(controlTokens.map(control => [controlIds[control], control]))
}

export type PromptEncoder = (segments: readonly Segment[], signal: AbortSignal) => Promise<readonly number[]>

/** An encoder that remembers the last prompt's texts: most of a prompt is the same the next time. */
export function promptEncoder(vocabulary: RawVocabulary): PromptEncoder {
  let known: ReadonlyMap<string, readonly number[]> = new Map()
  return async (segments, signal) => {
    const texts = new Set(segments.flatMap(segment => ("text" in segment ? [segment.text] : [])))
    const fresh = [...texts].filter(text => !known.has(text))
    const encoded = fresh.length === 0 ? [] : await vocabulary.encodeTexts(fresh, signal)
    const all = new Map([...known, ...fresh.map((text, index) => [text, encoded[index] ?? []] as const)])
    known = new Map([...all].filter(([text]) => texts.has(text)))
    return segments.flatMap(segment => {
      if ("text" in segment) return all.get(segment.text) ?? []
      return "control" in segment ? vocabulary.controlIds[segment.control] : segment.tokens
    })
  }
}
