// The vocabulary of whatever model a llama-server runs, asked of the server itself (`POST /tokenize`): for files
// that have Harmony's control tokens under other ids than gpt-oss, such as the demo model.
import { controlTokens } from "../../../protocol/segment.ts"
import { ModelError } from "../../modelError.ts"
import { idsByName, type RawVocabulary } from "./rawVocabulary.ts"

/** What llama-server's `/tokenize` is asked: texts, and ids that it passes on as they are. */
export type TokenizeQuestion = {
  readonly content: readonly (string | number)[]
  /** Whether `<|start|>` in a text is the control token. Off, llama.cpp still finds "user defined" ones. */
  readonly parse_special: boolean
  readonly add_special: false
}

/** The ids; throws a ModelError. */
export type Tokenize = (question: TokenizeQuestion, signal: AbortSignal) => Promise<readonly number[]>

/**
 * Between `<` and `|name|>`. llama.cpp gives gpt-oss's `<|start|>` and its like the type "user defined" and matches
 * those in plain text too, so text is cut there and the parts encoded apart.
 */
const insideControlText = /(?<=<)(?=\|[a-z0-9_]+\|>)/

/** Undefined: the model lacks Harmony's control tokens. Throws a ModelError when the server can't be asked. */
export async function serverVocabulary(
  tokenize: Tokenize,
  signal: AbortSignal,
): Promise<RawVocabulary | undefined> {
  const names = controlTokens.map(control => `<|${control}|>`)
  const found = await tokenize({ content: names, parse_special: true, add_special: false }, signal)
  if (found.length !== names.length || new Set(found).size !== names.length) return undefined
  const controlIds = idsByName(control => found[controlTokens.indexOf(control)] ?? 0)
  return {
    controlIds,
    bytesOf: () => undefined,
    async encodeTexts(texts, signal) {
      // The ids of one list come back as one list, so a control token that no text can hold stands between texts.
      const between = controlIds.endoftext
      const content = texts.flatMap(text => [...text.split(insideControlText), between])
      const all = await tokenize({ content, parse_special: false, add_special: false }, signal)
      return separated(all, between, texts.length, new Set(found))
    },
  }
}

function separated(
  ids: readonly number[],
  between: number,
  count: number,
  controls: ReadonlySet<number>,
): readonly (readonly number[])[] {
  const parts: number[][] = [[]]
  for (const id of ids) {
    if (id === between) parts.push([])
    else parts.at(-1)?.push(id)
  }
  const last = parts.pop()
  const isClean = parts.length === count && last?.length === 0 && parts.flat().every(id => !controls.has(id))
  if (!isClean)
    throw new ModelError("badResponse", { said: "The server makes control tokens of plain text." })
  return parts
}
