// The "# Tools" section: namespaces of tools, written as TypeScript, the form gpt-oss was trained on.
// Source: openai/harmony v0.0.8, src/encoding.rs.
import type { ToolDescription, ToolNamespace } from "./message.ts"
import { schemaType } from "./schemaType.ts"

/** The section, namespaces sorted by key; empty without any namespace. */
export function renderTools(namespaces: Readonly<Record<string, ToolNamespace>> | undefined): string {
  const sorted = Object.entries(namespaces ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  if (sorted.length === 0) return ""
  return ["# Tools", ...sorted.map(([, namespace]) => renderNamespace(namespace))].join("\n\n")
}

/** Every line of a text as a `//` comment; nothing for an empty text. */
export function commentLines(text: string): string[] {
  return linesOf(text).map(line => `// ${line}`)
}

function renderNamespace({ name, description = "", tools }: ToolNamespace): string {
  const heading = `## ${name}\n`
  // A namespace without tools describes itself in free text, e.g. python.
  if (tools.length === 0) return [heading, ...linesOf(description)].join("\n")
  return [
    heading,
    ...commentLines(description),
    `namespace ${name} {\n`,
    ...tools.flatMap(renderTool),
    `} // namespace ${name}`,
  ].join("\n")
}

function renderTool({ name, description, parameters }: ToolDescription): string[] {
  const signature = parameters === undefined ? "()" : `(_: ${schemaType(parameters)})`
  return [...commentLines(description), `type ${name} = ${signature} => any;\n`]
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === "") lines.pop()
  return lines
}
