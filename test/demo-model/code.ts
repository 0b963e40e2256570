// Small programs in TypeScript, JavaScript and Python, in one style each.
import type { CodeLanguage, CodeWriter } from "./codeWriter.ts"
import type { Names } from "./names.ts"
import { pythonWriter } from "./pythonWriter.ts"
import type { Random } from "./random.ts"
import { scriptWriter } from "./scriptWriter.ts"

/** A writer keeps one style: semicolons, quotes, indentation. */
export function codeWriter(random: Random, names: Names, language: CodeLanguage): CodeWriter {
  return language === "python"
    ? pythonWriter(random, names)
    : scriptWriter(random, names, language === "typescript")
}
