// Which care a path needs, by its names alone: the pattern lists read against segments. Doesn't touch the disk;
// whether a path is inside the workspace is the gate's question.
import { foldName } from "./foldName.ts"
import { protectedPatterns, secretPatterns } from "./pathPatterns.ts"

export type PathClass = "normal" | "protected" | "secret"

/** The class of a path given as segments. A secret file is protected too; `secret` is the stronger word. */
export function pathClass(segments: readonly string[]): PathClass {
  const folded = segments.map(foldName)
  if (secrets.some(pattern => matches(pattern, folded))) return "secret"
  if (protecteds.some(pattern => matches(pattern, folded))) return "protected"
  return "normal"
}

type Pattern = { readonly segments: readonly RegExp[]; readonly below: boolean }

const secrets = secretPatterns.map(readPattern)
const protecteds = protectedPatterns.map(readPattern)

function readPattern(text: string): Pattern {
  const below = text.endsWith("/**")
  const names = (below ? text.slice(0, -3) : text).split("/")
  return { segments: names.map(readSegment), below }
}

function readSegment(text: string): RegExp {
  const escaped = text.split("*").map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  return new RegExp(`^${escaped.join(".*")}$`, "su")
}

function matches(pattern: Pattern, segments: readonly string[]): boolean {
  const last = segments.length - pattern.segments.length
  for (let start = pattern.below ? 0 : last; start <= last; start++) {
    if (start >= 0 && pattern.segments.every((part, index) => part.test(segments[start + index] ?? "")))
      return true
  }
  return false
}
