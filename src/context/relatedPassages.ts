// Passages of other open files that speak of the same things as the text around the cursor: windows of lines,
// compared by the names they use (Jaccard index). Secret files are never among them.
import { isSecretPath } from "./isSecretPath.ts"

export type OpenDocument = {
  /** As the user knows it. */
  readonly path: string
  /** Absolute; more than one where a link leads elsewhere. */
  readonly fullPaths: readonly string[]
  readonly languageId: string
  readonly text: string
}

export type RelatedPassage = { readonly path: string; readonly languageId: string; readonly text: string }

const windowLines = 40
const step = 20
const longestDocument = 40_000
const mostDocuments = 20
const mostPassages = 4
const fewestLines = 6
/** Below this the likeness is chance: keywords and the like. */
const leastLikeness = 0.08

/**
 * At most four passages of one document each, within `maxCharacters` in all; the likest last, nearest to the
 * code that it is like. `documents`: without the one at the cursor, the last used first.
 */
export function relatedPassages(
  around: string,
  documents: readonly OpenDocument[],
  maxCharacters: number,
): readonly RelatedPassage[] {
  const wanted = namesIn(around)
  if (wanted.size === 0) return []
  const best = documents
    .filter(({ path, fullPaths }) => ![path, ...fullPaths].some(isSecretPath))
    .slice(0, mostDocuments)
    .flatMap(document => bestPassage(document, wanted))
    .filter(({ likeness }) => likeness >= leastLikeness)
    .toSorted((a, b) => b.likeness - a.likeness)
  const chosen: RelatedPassage[] = []
  let left = maxCharacters
  for (const { passage } of best) {
    if (chosen.length === mostPassages) break
    const text = fitting(passage.text, left - passage.path.length)
    if (text === undefined) continue
    left -= text.length + passage.path.length
    chosen.unshift({ ...passage, text })
  }
  return chosen
}

/** The first lines of a passage, as many as fit; undefined when few do. */
function fitting(text: string, maxCharacters: number): string | undefined {
  if (text.length <= maxCharacters) return text
  const end = text.lastIndexOf("\n", Math.max(0, maxCharacters))
  const cut = text.slice(0, Math.max(0, end))
  return cut.split("\n").length < fewestLines ? undefined : cut
}

type Rated = { readonly likeness: number; readonly passage: RelatedPassage }

function bestPassage(
  { path, languageId, text }: OpenDocument,
  wanted: ReadonlySet<string>,
): readonly Rated[] {
  const lines = text.slice(0, longestDocument).split("\n")
  let best: Rated | undefined
  for (let first = 0; first === 0 || first + step < lines.length; first += step) {
    const window = lines.slice(first, first + windowLines).join("\n")
    const likeness = jaccard(namesIn(window), wanted)
    if (likeness > (best?.likeness ?? 0))
      best = { likeness, passage: { path, languageId, text: withoutBlankEnds(window) } }
  }
  return best === undefined ? [] : [best]
}

/** Words of names: `taxRate_eu` → tax, rate, eu. */
function namesIn(text: string): ReadonlySet<string> {
  const words = text.match(/\p{Lu}?\p{Ll}{2,}|\p{Lu}{2,}/gu) ?? []
  return new Set(words.map(word => word.toLowerCase()).filter(word => !common.has(word)))
}

const common: ReadonlySet<string> = new Set(
  "const let var function return if else for while import export from def class self this new true false null none type string number and not the in is of to public private static void int".split(
    " ",
  ),
)

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter(word => b.has(word)).length
  return shared === 0 ? 0 : shared / (a.size + b.size - shared)
}

function withoutBlankEnds(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, "").trimEnd()
}
