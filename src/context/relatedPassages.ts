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

/** A window is two blocks. */
const blockLines = 20
const longestDocument = 40_000
const mostDocuments = 20
/** Characters of all documents: the first keystroke in a file waits for this, some milliseconds. */
const mostText = 150_000
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
  const best = lookedAt(documents)
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

function lookedAt(documents: readonly OpenDocument[]): readonly OpenDocument[] {
  let left = mostText
  return documents
    .filter(({ path, fullPaths }) => ![path, ...fullPaths].some(isSecretPath))
    .slice(0, mostDocuments)
    .map(document => {
      const text = document.text.slice(0, Math.min(longestDocument, left))
      left -= text.length
      return { ...document, text }
    })
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
  const lines = text.split("\n")
  const blocks = Array.from({ length: Math.max(1, Math.ceil(lines.length / blockLines)) }, (_, at) =>
    namesIn(lines.slice(at * blockLines, (at + 1) * blockLines).join("\n")),
  )
  const likenesses = blocks.slice(0, Math.max(1, blocks.length - 1)).map((names, at) => {
    const next = [...(blocks[at + 1] ?? [])].filter(name => !names.has(name))
    return jaccard([...names, ...next], wanted)
  })
  const likeness = Math.max(...likenesses)
  if (likeness === 0) return []
  const first = likenesses.indexOf(likeness) * blockLines
  const window = lines.slice(first, first + 2 * blockLines).join("\n")
  return [{ likeness, passage: { path, languageId, text: withoutBlankEnds(window) } }]
}

/** Words of names: `taxRate_eu` → tax, rate, eu. */
function namesIn(text: string): ReadonlySet<string> {
  const found = text.match(isAscii.test(text) ? asciiWords : words) ?? []
  return new Set(found.map(word => word.toLowerCase()).filter(word => !common.has(word)))
}

/** Most code is; its letters are found three times as fast. */
const isAscii = /^[\0-\x7f]*$/
const asciiWords = /[A-Z]?[a-z]{2,}|[A-Z]{2,}/g
const words = /\p{Lu}?\p{Ll}{2,}|\p{Lu}{2,}/gu

const common: ReadonlySet<string> = new Set(
  "const let var function return if else for while import export from def class self this new true false null none type string number and not the in is of to public private static void int".split(
    " ",
  ),
)

/** `names`: each once. */
function jaccard(names: readonly string[], wanted: ReadonlySet<string>): number {
  const shared = names.filter(name => wanted.has(name)).length
  return shared === 0 ? 0 : shared / (names.length + wanted.size - shared)
}

function withoutBlankEnds(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, "").trimEnd()
}
