// gpt-oss's own idea of a conversation, in the words of openai/harmony. The one conversation type of the
// product: chat, completion and actions build it, both models read it, nothing stands in between.

export type Role = "system" | "developer" | "user" | "assistant" | "tool"
export type Channel = "analysis" | "commentary" | "final"
export type ReasoningEffort = "low" | "medium" | "high"

/** A JSON schema as data. */
export type JsonSchema = { readonly [key: string]: unknown }

export type ToolDescription = {
  /** `[a-z][a-z0-9_]*` for ours. */
  readonly name: string
  readonly description: string
  /** Absent: the tool takes no arguments. */
  readonly parameters?: JsonSchema
}

export type ToolNamespace = {
  readonly name: string
  readonly description?: string
  readonly tools: readonly ToolDescription[]
}

/** Absent fields are really absent: no default is filled in. */
export type SystemContent = {
  readonly modelIdentity?: string
  readonly knowledgeCutoff?: string
  /** `YYYY-MM-DD`, fixed when the session starts: a prompt prefix that changes is evaluated again. */
  readonly conversationStartDate?: string
  readonly reasoningEffort?: ReasoningEffort
  readonly tools?: Readonly<Record<string, ToolNamespace>>
  readonly channelConfig?: { readonly validChannels: readonly string[]; readonly channelRequired: boolean }
}

export type DeveloperContent = {
  readonly instructions?: string
  readonly tools?: Readonly<Record<string, ToolNamespace>>
  readonly responseFormat?: {
    readonly name: string
    readonly description?: string
    readonly schema: JsonSchema
  }
}

export type Message = {
  readonly role: Role
  /** The tool's full name (`functions.read_file`) for role tool. */
  readonly name?: string
  readonly recipient?: string
  readonly channel?: string
  /** Content type of the header, e.g. `<|constrain|>json` or `code`. */
  readonly contentType?: string
  /** A list holds text parts that are encoded apart and read as one text. */
  readonly content:
    | string
    | readonly string[]
    | { readonly system: SystemContent }
    | { readonly developer: DeveloperContent }
}

export type Conversation = { readonly messages: readonly Message[] }

/** A call as the model made it and the reader understood it. */
export type ToolCall = {
  /** Unique within a conversation; hosted servers give theirs, local calls get one. */
  readonly id: string
  /** Clean name without namespace, e.g. `read_file`. */
  readonly name: string
  /** null: couldn't be read; must not run. */
  readonly arguments: { readonly [key: string]: unknown } | null
  /** The arguments exactly as written. */
  readonly rawArguments: string
  /** Problem codes of the tolerant reader that concern this call. */
  readonly problems: readonly string[]
}
