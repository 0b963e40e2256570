// A request of ours → the body of a Chat Completions request. The server renders Harmony itself, so what the
// Harmony system message says (identity, date, channels) is the server's; ours are instructions, tools and effort.
import type { Message, ReasoningEffort, ToolDescription } from "../../harmony/message.ts"
import { plainText } from "../../harmony/plainText.ts"
import type { ModelRequest } from "../languageModel.ts"
import type { ChatDialect } from "./chatDialect.ts"
import { type ChatMessage, chatHistory, type HistoryOptions } from "./chatHistory.ts"

export type ChatTool = {
  readonly type: "function"
  readonly function: { readonly name: string; readonly description: string; readonly parameters: object }
}

export type ChatRequestBody = {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly stream: true
  readonly stream_options?: { readonly include_usage: true }
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
  readonly temperature?: number
  readonly top_p?: number
  readonly tools?: readonly ChatTool[]
  readonly reasoning_effort?: ReasoningEffort
  readonly reasoning?: { readonly effort: ReasoningEffort }
  readonly chat_template_kwargs?: { readonly reasoning_effort: ReasoningEffort }
  readonly response_format?: object
  readonly session_id?: string
  readonly prompt_cache_key?: string
}

export type ChatRequestOptions = {
  /** The endpoint's own name of the model, e.g. "openai/gpt-oss-120b". */
  readonly model: string
  readonly dialect: ChatDialect
  /** Keys that this server refused by name; the dialect already follows from them. */
  readonly refusedKeys?: readonly string[]
  /** Further fields. */
  readonly extra?: ((hasTools: boolean) => Readonly<Record<string, unknown>>) | undefined
  readonly blocks?: HistoryOptions["blocks"]
}

/** Never left out, whatever a server says of it: the user's own choice of who gets the text, and at what price. */
const userChoices: ReadonlySet<string> = new Set(["provider", "models"])

/**
 * Order and bytes depend on the conversation alone, so a longer conversation begins with the bytes of the shorter
 * one (prompt caches). Sampling is gpt-oss's own (temperature 1, top_p 1): local servers default to other values.
 */
export function chatRequest(request: ModelRequest, options: ChatRequestOptions): ChatRequestBody {
  const { dialect, blocks } = options
  const { messages } = request.conversation
  const refused = new Set(options.refusedKeys)
  const instructions = instructionsOf(messages)
  const tools = toolsOf(messages)
  const format =
    tools.length === 0 && dialect.structuredOutput !== null ? responseFormatOf(messages) : undefined
  const reasoningField = dialect.reasoningField === "received" ? null : dialect.reasoningField
  const limit = refused.has("max_tokens") ? "max_completion_tokens" : "max_tokens"
  const extra = Object.entries(options.extra?.(tools.length > 0) ?? {}).filter(
    ([name]) => userChoices.has(name) || !refused.has(name),
  )
  return {
    ...Object.fromEntries(extra),
    model: options.model,
    messages: [
      ...(instructions === "" ? [] : [{ role: "system", content: plainText(instructions) } as const]),
      ...chatHistory(messages, { ...dialect, reasoningField, ...(blocks !== undefined && { blocks }) }),
    ],
    stream: true,
    ...(dialect.asksForUsage && { stream_options: { include_usage: true } }),
    [limit]: request.maxTokens,
    ...(!refused.has("temperature") && { temperature: request.temperature ?? 1 }),
    ...(!refused.has("top_p") && { top_p: 1 }),
    ...Object.fromEntries(Object.entries(dialect.sampling).filter(([name]) => !refused.has(name))),
    ...(tools.length > 0 && { tools }),
    ...effortField(dialect.effort, effortOf(messages)),
    ...(format !== undefined && { response_format: format }),
    ...(dialect.sessionField !== null &&
      request.sessionId !== undefined && { [dialect.sessionField]: request.sessionId }),
  }
}

function effortField(
  form: ChatDialect["effort"],
  effort: ReasoningEffort | undefined,
): Pick<ChatRequestBody, "reasoning_effort" | "reasoning" | "chat_template_kwargs"> {
  if (effort === undefined) return {}
  switch (form) {
    case null:
      return {}
    case "reasoning_effort":
      return { reasoning_effort: effort }
    case "reasoning":
      return { reasoning: { effort } }
    case "chat_template_kwargs":
      return { chat_template_kwargs: { reasoning_effort: effort } }
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
