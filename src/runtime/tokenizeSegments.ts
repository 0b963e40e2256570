// Segments → token ids. Text stays text: whatever it spells, no token of the vocabulary that isn't ordinary
// comes out of it (SR-7); control tokens enter by id alone.
import type { Segment } from "../protocol/segment.ts"
import type { LoadedModel } from "./loadedModel.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

/**
 * Between `<` and `|name|>`. llama.cpp gives gpt-oss's `<|start|>` and its like the type "user defined" and
 * matches those in text even when special tokens are off, so text is cut there and the parts encoded apart.
 */
const insideControlText = /(?<=<)(?=\|[a-z0-9_]+\|>)/

/** Characters of the texts that are remembered: a whole context of 131,072 tokens of code; some 5 MB. */
const rememberedCharacters = 500_000

/** A tokenizer that remembers texts: most of a prompt is the same at the next turn. */
export function segmentTokenizer(
  model: Pick<LoadedModel, "controlIds" | "encode" | "isOrdinary" | "vocabularySize">,
): (segments: readonly Segment[]) => number[] {
  /** The text that was used last comes last. */
  const known = new Map<string, readonly number[]>()
  let characters = 0
  const remember = (text: string, tokens: readonly number[]) => {
    characters += known.delete(text) ? 0 : text.length
    known.set(text, tokens)
    for (const oldest of known.keys()) {
      if (characters <= rememberedCharacters) break
      known.delete(oldest)
      characters -= oldest.length
    }
  }
  return segments => {
    const tokens: number[] = []
    for (const segment of segments) {
      if ("control" in segment) tokens.push(model.controlIds[segment.control])
      else if ("tokens" in segment) append(tokens, requireKnown(model, segment.tokens))
      else {
        const encoded = known.get(segment.text) ?? encodeText(model, segment.text)
        remember(segment.text, encoded)
        append(tokens, encoded)
      }
    }
    return tokens
  }
}

function encodeText(model: Pick<LoadedModel, "encode" | "isOrdinary">, text: string): readonly number[] {
  return text.split(insideControlText).flatMap(part => {
    const tokens = model.encode(part)
    if (tokens.every(token => model.isOrdinary(token))) return tokens
    // A vocabulary with special tokens of another spelling: single characters can't spell any.
    return [...part].flatMap(character => model.encode(character).filter(token => model.isOrdinary(token)))
  })
}

function requireKnown(
  model: Pick<LoadedModel, "vocabularySize">,
  tokens: readonly number[],
): readonly number[] {
  const unknown = tokens.find(token => token >= model.vocabularySize)
  if (unknown !== undefined) throw new RuntimeFailure("internal", `token ${unknown} isn't in the vocabulary`)
  return tokens
}

function append(tokens: number[], more: readonly number[]): void {
  for (const token of more) tokens.push(token)
}
