// A request of ours → the body of a Chat Completions request. The server renders Harmony itself, so what the
// Harmony system message says (identity, date, channels) is the server's; ours are instructions, tools and effort.
import type { Message, ReasoningEffort, ToolDescription } from "../../harmony/message.ts"
import type { ModelRequest } from "../languageModel.ts"
import type { ChatDialect, ReasoningField } from "./chatDialect.ts"
import { type ChatMessage, chatHistory } from "./chatHistory.ts"

export type ChatTool = {
  readonly type: "function"
  readonly function: { readonly name: string; readonly description: string; readonly parameters: object }
}

export type ChatRequestBody = {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly stream: true
  readonly stream_options?: { readonly include_usage: true }
  readonly max_tokens: number
  readonly temperature: number
  readonly top_p: number
  readonly tools?: readonly ChatTool[]
  readonly reasoning_effort?: ReasoningEffort
  readonly response_format?: object
  readonly session_id?: string
  readonly prompt_cache_key?: string
}

export type ChatRequestOptions = {
  /** The endpoint's own name of the model, e.g. "openai/gpt-oss-120b". */
  readonly model: string
  readonly dialect: ChatDialect
  /** The key under which this server sent reasoning so far; for a dialect that sends it back under the same. */
  readonly receivedReasoningField: ReasoningField | null
}

/**
 * Order and bytes depend on the conversation alone, so a longer conversation begins with the bytes of the shorter
 * one (prompt caches). Sampling is gpt-oss's own (temperature 1, top_p 1): local servers default to other values.
 */
export function chatRequest(request: ModelRequest, options: ChatRequestOptions): ChatRequestBody {
  const { dialect } = options
  const { messages } = request.conversation
  const instructions = instructionsOf(messages)
  const tools = toolsOf(messages)
  const effort = dialect.effort === null ? undefined : effortOf(messages)
  const format = tools.length === 0 ? responseFormatOf(messages) : undefined
  const field =
    dialect.reasoningField === "received" ? options.receivedReasoningField : dialect.reasoningField
  return {
    model: options.model,
    messages: [
      ...(instructions === "" ? [] : [{ role: "system", content: instructions } as const]),
      ...chatHistory(messages, field),
    ],
    stream: true,
    ...(dialect.asksForUsage && { stream_options: { include_usage: true } }),
    max_tokens: request.maxTokens,
    temperature: request.temperature ?? 1,
    top_p: 1,
    ...(tools.length > 0 && { tools }),
    ...(effort !== undefined && { reasoning_effort: effort }),
    ...(format !== undefined && { response_format: format }),
    ...(dialect.sessionField !== null &&
      request.sessionId !== undefined && { [dialect.sessionField]: request.sessionId }),
  }
}

/** Names of the functions the conversation offers. */
export function offeredTools(messages: readonly Message[]): readonly string[] {
  return toolsOf(messages).map(tool => tool.function.name)
}

/** All developer texts in one system message: several templates drop a system message that isn't the first. */
function instructionsOf(messages: readonly Message[]): string {
  return messages
    .filter(({ role }) => role === "developer" || role === "system")
    .map(({ content }) => {
      if (typeof content === "string") return content
      if ("developer" in content) return content.developer.instructions ?? ""
      return "system" in content ? "" : content.join("")
    })
    .filter(text => text !== "")
    .join("\n\n")
}

/** Functions only: Harmony's built-in tools (system message) have no form in Chat Completions. */
function toolsOf(messages: readonly Message[]): readonly ChatTool[] {
  return messages
    .map(({ content }) => content)
    .filter(content => typeof content === "object" && "developer" in content)
    .flatMap(({ developer }) => Object.values(developer.tools ?? {}))
    .flatMap(({ tools }) => tools.map(chatTool))
}

function chatTool({ name, description, parameters }: ToolDescription): ChatTool {
  const schema = parameters ?? { type: "object", properties: {} }
  return { type: "function", function: { name, description, parameters: schema } }
}

function effortOf(messages: readonly Message[]): ReasoningEffort | undefined {
  return messages
    .map(({ content }) => content)
    .filter(content => typeof content === "object" && "system" in content)
    .map(({ system }) => system.reasoningEffort)
    .findLast(effort => effort !== undefined)
}

function responseFormatOf(messages: readonly Message[]): object | undefined {
  const format = messages
    .map(({ content }) => content)
    .filter(content => typeof content === "object" && "developer" in content)
    .map(({ developer }) => developer.responseFormat)
    .findLast(each => each !== undefined)
  return format && { type: "json_schema", json_schema: { ...format, strict: true } }
}
