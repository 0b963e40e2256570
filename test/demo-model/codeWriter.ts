// What a writer of small random programs gives. Every name in them is random; what a line says can be read off the
// lines above it.

export type CodeLanguage = "typescript" | "javascript" | "python"

/** `defines` is undefined for a part that defines nothing (a loop, a call). */
export type CodePart = { readonly lines: readonly string[]; readonly defines?: string }

export type CodeWriter = {
  readonly language: CodeLanguage
  /** A function, class, type or statement of its own, in this file's style. */
  part(): CodePart
  importLine(): string
  comment(text: string): string
}
