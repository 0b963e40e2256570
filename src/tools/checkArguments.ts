// Arguments of a call against the tool's flat schema. A finding is a sentence that lets the model call again in
// the right form; what is plainly meant ("12" for 12, null for absent) passes.
import type { JsonSchema } from "../harmony/message.ts"
import type { ToolArguments } from "./tool.ts"

export type CheckedArguments =
  | { readonly ok: true; readonly args: ToolArguments }
  | { readonly ok: false; readonly sentence: string }

/** Knows `type` string, integer and boolean, and `required`; that is all that our tools use. */
export function checkArguments(tool: string, schema: JsonSchema, args: ToolArguments): CheckedArguments {
  const properties = objectOf(schema.properties)
  const required = Array.isArray(schema.required) ? schema.required : []
  const checked: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(args)) {
    if (value === null) continue
    const property = Object.hasOwn(properties, key) ? objectOf(properties[key]) : undefined
    if (!property) return fault(tool, schema, `has no argument "${key.slice(0, 40)}"`)
    const read = readValue(value, property.type)
    if (read === undefined) return fault(tool, schema, `needs ${key} to be ${article(String(property.type))}`)
    checked[key] = read
  }
  const missing = required.find(key => !Object.hasOwn(checked, String(key)))
  if (missing !== undefined) return fault(tool, schema, `needs the argument "${missing}"`)
  return { ok: true, args: checked }
}

/** One line: `read_file {path: string, start_line?: integer}`. */
export function callForm(tool: string, schema: JsonSchema): string {
  const required = Array.isArray(schema.required) ? schema.required : []
  const parts = Object.entries(objectOf(schema.properties)).map(
    ([key, property]) => `${key}${required.includes(key) ? "" : "?"}: ${String(objectOf(property).type)}`,
  )
  return `${tool} {${parts.join(", ")}}`
}

function fault(tool: string, schema: JsonSchema, what: string): CheckedArguments {
  return { ok: false, sentence: `${tool} ${what}. Call it as ${callForm(tool, schema)}.` }
}

function readValue(value: unknown, type: unknown): unknown {
  if (type === "string") return typeof value === "string" ? value : undefined
  if (type === "boolean") {
    if (value === "true" || value === "false") return value === "true"
    return typeof value === "boolean" ? value : undefined
  }
  const number = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? number : undefined
}

function article(type: string): string {
  return type === "integer" ? "a whole number" : type === "boolean" ? "true or false" : `a ${type}`
}

function objectOf(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {}
}
