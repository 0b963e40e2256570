// The text of a developer message: instructions, tools, response format.
// Source: openai/harmony v0.0.8, src/encoding.rs; docs/format.md for the response format.
import type { DeveloperContent, Message } from "./message.ts"
import { commentLines, renderTools } from "./renderTools.ts"

export function developerText({ instructions, tools, responseFormat }: DeveloperContent): string {
  const sections = instructions === undefined ? [] : ["# Instructions", instructions]
  const toolsSection = renderTools(tools)
  if (toolsSection !== "") sections.push(toolsSection)
  if (responseFormat !== undefined) sections.push(responseFormatSection(responseFormat))
  return sections.join("\n\n")
}

/** Whether this message offers functions: only the namespace called `functions` counts. */
export function offersFunctions({ content }: Message): boolean {
  if (typeof content === "string" || !("developer" in content)) return false
  return (content.developer.tools?.functions?.tools.length ?? 0) > 0
}

function responseFormatSection(format: NonNullable<DeveloperContent["responseFormat"]>): string {
  const comment = format.description === undefined ? [] : commentLines(format.description)
  const schema = [...comment, JSON.stringify(format.schema)].join("\n")
  return `# Response Formats\n\n## ${format.name}\n\n${schema}`
}
