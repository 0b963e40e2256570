// The seam between the page and the highlighting script that loads after the first paint: plain spans of text
// with one of six colours. Types and the global's name only.

/** Colours of the theme; text without one has the editor's foreground. */
export type SyntaxColour = "keyword" | "string" | "number" | "literal" | "comment" | "added" | "removed"

export type SyntaxSpan = { readonly text: string; readonly colour?: SyntaxColour }

/** Undefined: no grammar for this language. */
export type Highlight = (code: string, language: string) => readonly SyntaxSpan[] | undefined

declare global {
  interface Window {
    ospreyHighlight?: Highlight
  }
}
