// A JSON schema as the TypeScript type that gpt-oss was prompted with in training, quirks included: whatever
// looks odd here is what openai/harmony v0.0.8 (src/encoding.rs) writes, and the golden vectors state it.
// Ignored by it: anyOf, allOf, $ref, const, pattern, limits, additionalProperties. Numbers print as JavaScript's.
import { isRecord } from "./isRecord.ts"
import type { JsonSchema } from "./message.ts"

/** The type of a schema. `indent` is what its inner lines begin with; the root's is empty. */
export function schemaType(schema: JsonSchema, indent = ""): string {
  const variants = listOf(schema.oneOf)
  if (variants !== undefined)
    return variants.map(variant => `\n${indent} | ${rootVariant(schemaOf(variant), indent)}`).join("")
  const types = listOf(schema.type)?.filter(isString) ?? []
  if (types.length > 0) return types.map(type => (type === "integer" ? "number" : type)).join(" | ")
  switch (schema.type) {
    case "object":
      return objectType(schema, indent)
    case "string":
      return stringType(schema)
    case "number":
    case "integer":
      return "number"
    case "boolean":
      return "boolean"
    case "array":
      return schema.items === undefined ? "Array<any>" : `${schemaType(schemaOf(schema.items), indent)}[]`
    default:
      return "any"
  }
}

function stringType(schema: JsonSchema): string {
  const values = listOf(schema.enum)?.filter(isString) ?? []
  return values.length === 0 ? "string" : values.map(value => `"${value}"`).join(" | ")
}

function rootVariant(variant: JsonSchema, indent: string): string {
  const value = variant.default
  const quoted = isString(value) && !hasEnum(variant) ? `"${value}"` : JSON.stringify(value)
  const comments = [
    ...stringsOf(variant.description),
    ...("default" in variant ? [`default: ${quoted}`] : []),
  ]
  return nullableType(variant, `${indent}   `) + trailing(comments)
}

function objectType(schema: JsonSchema, indent: string): string {
  const required = new Set(listOf(schema.required) ?? [])
  const properties = Object.entries(schemaOf(schema.properties)).map(([name, value]) =>
    property(required.has(name) ? name : `${name}?`, schemaOf(value), indent),
  )
  return `${lines(description(schema), indent)}{\n${properties.join("")}${indent}}`
}

function property(name: string, schema: JsonSchema, indent: string): string {
  const variants = listOf(schema.oneOf)
  if (variants !== undefined) return propertyWithVariants(name, schema, variants.map(schemaOf), indent)
  const described = !("oneOf" in schema)
  const comments = [...title(schema), ...(described ? description(schema) : []), ...examples(schema)]
  const type = nullableType(schema, `${indent}    `)
  const value = described ? defaultComment(schema) : []
  return `${lines(comments, indent)}${indent}${name}: ${type},${trailing(value)}\n`
}

function propertyWithVariants(
  name: string,
  schema: JsonSchema,
  variants: readonly JsonSchema[],
  indent: string,
): string {
  const [text] = stringsOf(schema.description)
  const ownDescription = variants[0]?.description === text ? [] : description(schema)
  const value = defaultComment(schema).map(comment => `// ${comment}`)
  const comments = [...title(schema), ...examples(schema), ...ownDescription, ...value]
  const types = variants.map((variant, index) => {
    const said = index === 0 && ownDescription.length > 0
    const own = said ? [] : stringsOf(variant.description).filter(other => other !== text)
    const type = nullableType(variant, `${indent}   `)
    return ` | ${type}${trailing([...own, ...defaultComment(variant)])}`
  })
  return lines([...comments, `${name}:`, ...types, ","], indent)
}

function nullableType(schema: JsonSchema, indent: string): string {
  const type = schemaType(schema, indent)
  return schema.nullable === true && !type.includes("null") ? `${type} | null` : type
}

function title(schema: JsonSchema): string[] {
  return stringsOf(schema.title).flatMap(text => [`// ${text}`, "//"])
}

function description(schema: JsonSchema): string[] {
  return stringsOf(schema.description).map(text => `// ${text}`)
}

/** Only strings are shown, but the heading stands above any list that has entries. */
function examples(schema: JsonSchema): string[] {
  const list = listOf(schema.examples) ?? []
  if (list.length === 0) return []
  return ["// Examples:", ...list.filter(isString).map(example => `// - "${example}"`)]
}

/** A string is quoted, but stands bare beside an enum; everything else is compact JSON. */
function defaultComment(schema: JsonSchema): string[] {
  const value = schema.default
  if (!("default" in schema)) return []
  if (!isString(value)) return [`default: ${JSON.stringify(value)}`]
  return [hasEnum(schema) ? `default: ${value}` : `default: "${value}"`]
}

function hasEnum(schema: JsonSchema): boolean {
  return (listOf(schema.enum)?.length ?? 0) > 0
}

function lines(texts: readonly string[], indent: string): string {
  return texts.map(text => `${indent}${text}\n`).join("")
}

function trailing(comments: readonly string[]): string {
  return comments.length === 0 ? "" : ` // ${comments.join(" ")}`
}

function isString(value: unknown): value is string {
  return typeof value === "string"
}

function stringsOf(value: unknown): string[] {
  return isString(value) ? [value] : []
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

function schemaOf(value: unknown): JsonSchema {
  return isRecord(value) ? value : {}
}
