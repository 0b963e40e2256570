// Messages and conversations as the vectors spell them ⇄ ours.
import * as v from "valibot"
import type { Conversation, JsonSchema, Message, ToolDescription } from "../../src/harmony/message.ts"
import { browserSchemas } from "./browserSchemas.ts"
import type { VectorMessage } from "./vectorFile.ts"

const text = v.string()
const schema = v.custom<JsonSchema>(value => typeof value === "object" && value !== null)
const tool = v.object({ name: text, description: text, parameters: v.nullish(schema) })
const namespace = v.object({ name: text, description: v.nullish(text), tools: v.array(tool) })
const namespaces = v.record(text, namespace)
const systemContent = v.object({
  model_identity: v.nullish(text),
  knowledge_cutoff: v.nullish(text),
  conversation_start_date: v.nullish(text),
  reasoning_effort: v.nullish(v.picklist(["low", "medium", "high"])),
  tools: v.nullish(namespaces),
  channel_config: v.nullish(v.object({ valid_channels: v.array(text), channel_required: v.boolean() })),
})
const developerContent = v.object({
  instructions: v.nullish(text),
  tools: v.nullish(namespaces),
  response_format: v.nullish(v.object({ name: text, description: v.nullish(text), schema })),
})
const content = v.union([
  text,
  v.array(text),
  v.strictObject({ system: systemContent }),
  v.strictObject({ developer: developerContent }),
])

export function toConversation(messages: readonly VectorMessage[]): Conversation {
  return { messages: messages.map(toMessage) }
}

/** A message of ours with the names of the vectors; absent fields stay absent. */
export function toVectorMessage(message: Message): Record<string, unknown> {
  const { contentType, ...same } = message
  return { ...same, ...(contentType === undefined ? {} : { content_type: contentType }) }
}

function toMessage({ content_type, content: body, role, ...rest }: VectorMessage): Message {
  return present({ ...rest, role, contentType: content_type, content: toContent(body) })
}

function toContent(body: unknown): Message["content"] {
  const parsed = v.parse(content, body)
  if (typeof parsed === "string") return parsed
  if ("system" in parsed) return { system: toSystem(parsed.system) }
  if ("developer" in parsed) return { developer: toDeveloper(parsed.developer) }
  return parsed
}

function toSystem(system: v.InferOutput<typeof systemContent>) {
  const config = system.channel_config
  return present({
    modelIdentity: system.model_identity,
    knowledgeCutoff: system.knowledge_cutoff,
    conversationStartDate: system.conversation_start_date,
    reasoningEffort: system.reasoning_effort,
    tools: toNamespaces(system.tools, builtinParameters),
    channelConfig: config && {
      validChannels: config.valid_channels,
      channelRequired: config.channel_required,
    },
  })
}

function toDeveloper(developer: v.InferOutput<typeof developerContent>) {
  return present({
    instructions: developer.instructions,
    tools: toNamespaces(developer.tools),
    responseFormat: developer.response_format && present(developer.response_format),
  })
}

/** What a built-in tool of the system message takes, where the vector says nothing of it. */
function builtinParameters(namespaceName: string, { name, parameters }: v.InferOutput<typeof tool>) {
  const isLost = parameters !== null && parameters !== undefined && Object.keys(parameters).length === 0
  return namespaceName === "browser" && isLost ? browserSchemas[name] : parameters
}

function toNamespaces(
  all: v.InferOutput<typeof namespaces> | null | undefined,
  parametersOf: typeof builtinParameters = (_namespaceName, { parameters }) => parameters,
) {
  if (all === null || all === undefined) return undefined
  const entries = Object.entries(all).map(([key, { tools, ...rest }]) => {
    const descriptions: ToolDescription[] = tools.map(each =>
      present({ ...each, parameters: parametersOf(key, each) }),
    )
    return [key, present({ ...rest, tools: descriptions })] as const
  })
  return Object.fromEntries(entries)
}

type Present<T> = {
  [K in keyof T as null extends T[K] ? never : undefined extends T[K] ? never : K]: T[K]
} & {
  [K in keyof T as null extends T[K] ? K : undefined extends T[K] ? K : never]?: NonNullable<T[K]>
}

/** The object without fields that are null or undefined. */
function present<T extends object>(value: T): Present<T> {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined && field !== null)
  return Object.fromEntries(entries) as Present<T>
}
