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

/** A tokenizer that remembers the last prompt's texts: most of a prompt is the same at the next turn. */
export function segmentTokenizer(model: LoadedModel): (segments: readonly Segment[]) => number[] {
  let known = new Map<string, readonly number[]>()
  return segments => {
    const used = new Map<string, readonly number[]>()
    const tokens: number[] = []
    for (const segment of segments) {
      if ("control" in segment) tokens.push(model.controlIds[segment.control])
      else if ("tokens" in segment) append(tokens, requireKnown(model, segment.tokens))
      else {
        const encoded = known.get(segment.text) ?? encodeText(model, segment.text)
        used.set(segment.text, encoded)
        append(tokens, encoded)
      }
    }
    known = used
    return tokens
  }
}

function encodeText(model: LoadedModel, text: string): readonly number[] {
  return text.split(insideControlText).flatMap(part => {
    const tokens = model.encode(part)
    if (tokens.every(token => model.isOrdinary(token))) return tokens
    // A vocabulary with special tokens of another spelling: single characters can't spell any.
    return [...part].flatMap(character => model.encode(character).filter(token => model.isOrdinary(token)))
  })
}

function requireKnown(model: LoadedModel, tokens: readonly number[]): readonly number[] {
  const unknown = tokens.find(token => token >= model.vocabularySize)
  if (unknown !== undefined) throw new RuntimeFailure("internal", `token ${unknown} isn't in the vocabulary`)
  return tokens
}

function append(tokens: number[], more: readonly number[]): void {
  for (const token of more) tokens.push(token)
}
