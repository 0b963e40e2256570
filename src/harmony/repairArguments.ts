// A call's arguments as models really write them into an object, or null: what a person would read in only one
// way is repaired, an open string or bracket is never closed.
import { isRecord } from "./isRecord.ts"

export type ReadArguments = {
  readonly value: { readonly [key: string]: unknown } | null
  readonly repaired: boolean
}

/** Takes time linear in the text, whatever it holds; never throws. */
export function repairArguments(raw: string): ReadArguments {
  const clean = parse(raw)
  if (isRecord(clean)) return { value: clean, repaired: false }
  if (raw.trim() === "") return { value: {}, repaired: true }
  const unfenced = withoutFence(raw)
  for (const text of new Set([raw, unfenced, escapeControls(raw), escapeControls(unfenced)])) {
    const whole = text === raw ? clean : parse(text)
    const value = unwrapped(whole) ?? parse(firstObject(text))
    if (isRecord(value)) return { value, repaired: true }
  }
  return { value: null, repaired: false }
}

/** The object, also out of an array of one or out of a string of JSON. */
function unwrapped(value: unknown): { readonly [key: string]: unknown } | undefined {
  const inner: unknown =
    typeof value === "string" ? parse(value) : Array.isArray(value) && value.length === 1 ? value[0] : value
  return isRecord(inner) ? inner : undefined
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function withoutFence(text: string): string {
  return /^\s*```\w*([\s\S]*?)```\s*$/.exec(text)?.[1] ?? text
}

/** The object that a text begins with, if it is closed. */
function firstObject(text: string): string {
  const begin = text.length - text.trimStart().length
  if (text[begin] !== "{") return ""
  let depth = 0
  let inString = false
  for (let at = begin; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === "\\") at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === "{" || character === "[") depth++
    else if (character === "}" || character === "]") {
      depth--
      if (depth === 0) return text.slice(begin, at + 1)
    }
  }
  return ""
}

/** Line breaks, tabs and the like inside strings, which JSON wants escaped. */
function escapeControls(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, string =>
    string.replace(/[\u0000-\u001f]/g, character => JSON.stringify(character).slice(1, -1)),
  )
}
