// What the status bar shows and its menu explains about ghost text, as values and words.
import type { NoSuggestion, Suggestion } from "../completion/suggestion.ts"
import type { CompletionOptions } from "../completion/whyNot.ts"
import type { PowerPolicy } from "../model/local/power/powerPolicy.ts"

/** Without what isn't a setting. */
export type CompletionSettings = Omit<CompletionOptions, "snoozedUntil" | "power">

export type CompletionReport = {
  readonly last: Suggestion | NoSuggestion | undefined
  /** The last one that the model wrote. */
  readonly written: Suggestion | undefined
}

/** "310 ms · 1,240 of 1,260 tokens reused" */
export function figuresOf({ ms, prompt }: Suggestion): string {
  const time = ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`
  if (prompt === undefined) return time
  const count = (value: number) => value.toLocaleString("en-US")
  return `${time} · ${count(prompt.reused)} of ${count(prompt.tokens)} tokens reused`
}

/** "ghost text after longer pauses, nothing read ahead, memory given back after 5 minutes"; undefined: as ever. */
export function savingText({ saves, ghostText, mostIdleMinutes }: PowerPolicy): string | undefined {
  if (!saves) return undefined
  const comes = ghostText === "onRequest" ? "only when you ask" : "after longer pauses"
  return `ghost text ${comes}, nothing read ahead, memory given back after ${mostIdleMinutes} minutes`
}

/** "typescript" → "TypeScript"; VS Code keeps the names people know to itself. */
export function languageName(languageId: string): string {
  return names[languageId] ?? languageId.charAt(0).toUpperCase() + languageId.slice(1)
}

const names: Readonly<Record<string, string>> = {
  typescript: "TypeScript",
  typescriptreact: "TypeScript JSX",
  javascript: "JavaScript",
  javascriptreact: "JavaScript JSX",
  cpp: "C++",
  csharp: "C#",
  fsharp: "F#",
  css: "CSS",
  html: "HTML",
  json: "JSON",
  jsonc: "JSON with Comments",
  php: "PHP",
  sql: "SQL",
  xml: "XML",
  yaml: "YAML",
  plaintext: "plain text",
  shellscript: "shell script",
}
