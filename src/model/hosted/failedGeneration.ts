// Groq refuses an answer whose tool call it couldn't read, and hands over what the model wrote. Makes of it the
// chunk that the server might have sent; the usual rules of reading decide whether anything of it runs.
import { jsonFields } from "./jsonFields.ts"

/**
 * The model's text is a call as JSON (`{"name": …, "arguments": …}`), leaked Harmony, arguments alone, or nothing.
 * Without a name there is no call: what looks like it isn't guessed at.
 */
export function failedGeneration(text: string): object {
  const call = callIn(text)
  const delta = call === undefined ? { content: text } : { tool_calls: [{ index: 0, function: call }] }
  return { choices: [{ index: 0, delta, finish_reason: "stop" }] }
}

function callIn(text: string): object | undefined {
  const fields = jsonFields(parsed(text.replace(/^\s*```\w*|```\s*$/g, "")))
  const { name } = fields
  const args = fields.arguments ?? fields.parameters
  if (typeof name !== "string" || name === "") return undefined
  return { name, arguments: typeof args === "string" ? args : (args ?? {}) }
}

/** An object, or the one object of a list. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.length === 1 ? value[0] : value
  } catch {
    return undefined
  }
}
