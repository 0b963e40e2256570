// Pictures of an editor: █ is the cursor, ├…┤ is ghost text. `const x = █` becomes `const x = ├1337┤`.
import type { Suggestion, SuggestRequest } from "../../src/completion/suggestion.ts"

/** A keystroke in a TypeScript file, unless `fields` say otherwise. */
export function requestAt(picture: string, fields: Partial<SuggestRequest> = {}): SuggestRequest {
  const [before, after, ...more] = picture.split("█")
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`A picture has one cursor: ${picture}`)
  return {
    path: "src/a.ts",
    fullPaths: ["/work/src/a.ts"],
    languageId: "typescript",
    document: "editable",
    firstLine: 0,
    cursors: 1,
    hasSelection: false,
    trigger: "automatic",
    ...fields,
    before,
    after,
  }
}

/** The editor with the ghost text in it; what it replaces is gone. */
export function pictureOf({ before, after }: SuggestRequest, { text, replaces }: Suggestion): string {
  return `${before}├${text}┤${after.slice(replaces)}`
}
