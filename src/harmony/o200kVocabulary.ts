// o200k_harmony, the vocabulary of gpt-oss, over the npm package gpt-tokenizer: loaded at first use, as it is
// large. The only file that knows a token's number.
import { type ControlToken, controlTokens } from "../protocol/segment.ts"
import type { TokenMeaning, Vocabulary } from "./vocabulary.ts"

/** Source: harmony's registry of encodings and gpt-oss's tokenizer.json; the same for both sizes. */
const controlIds: Readonly<Record<ControlToken, number>> = {
  endoftext: 199999,
  return: 200002,
  constrain: 200003,
  channel: 200005,
  start: 200006,
  end: 200007,
  message: 200008,
  call: 200012,
}
const controlsById = new Map(controlTokens.map(control => [controlIds[control], control]))
const startOfText = 199998
const firstSpecial = 199998
const lastSpecial = 201088

/**
 * Byte-pair encoding takes time quadratic in the length of one word, and 100,000 equal signs are one: longer
 * runs than this are cut. No text of a vector and hardly any of a repository has such a run.
 */
const longestRun = 4096

let loaded: Promise<Vocabulary> | undefined

/** The vocabulary. Loading takes about a tenth of a second, once. */
export function o200kVocabulary(): Promise<Vocabulary> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Vocabulary> {
  const encoding = encodingOf((await import("gpt-tokenizer/encoding/o200k_harmony")).default)
  const ordinary = { disallowedSpecial: new Set<string>() }
  // The package's own decoder loses track of characters split over tokens, so the bytes are read directly.
  // biome-ignore lint/complexity/useLiteralKeys: the only way to members that its types call private
  const ranks = encoding["bytePairEncodingCoreProcessor"]["bytePairRankDecoder"]
  const utf8 = new TextEncoder()
  return {
    encode: text => cutRuns(text).flatMap(part => encoding.encode(part, ordinary)),
    idOf: control => controlIds[control],
    meaningOf(id) {
      const special = specialMeaning(id)
      if (special !== undefined) return special
      const token = ranks[id] ?? "\uFFFD"
      return { bytes: typeof token === "string" ? utf8.encode(token) : Uint8Array.from(token) }
    },
  }
}

type Encoding = typeof import("gpt-tokenizer/encoding/o200k_harmony")["default"]

/** Bundled as CommonJS, the package's default export lies one level deeper. */
function encodingOf(imported: Encoding | { readonly default: Encoding }): Encoding {
  return "default" in imported ? imported.default : imported
}

function specialMeaning(id: number): TokenMeaning | undefined {
  const control = controlsById.get(id)
  if (control !== undefined) return { control }
  if (id < firstSpecial || id > lastSpecial) return undefined
  return { reserved: id === startOfText ? "<|startoftext|>" : `<|reserved_${id}|>` }
}

/** The parts of a text, in order; a cut falls only into a run of spaces or of anything else. */
function cutRuns(text: string): readonly string[] {
  const parts: string[] = []
  let from = 0
  let runFrom = 0
  for (let at = 1; at < text.length; at++) {
    if (isSpace(text, at) !== isSpace(text, at - 1)) runFrom = at
    else if (at - runFrom >= longestRun && !isLowSurrogate(text, at)) {
      parts.push(text.slice(from, at))
      from = runFrom = at
    }
  }
  return [...parts, text.slice(from)]
}

function isSpace(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 0x20
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff
}
