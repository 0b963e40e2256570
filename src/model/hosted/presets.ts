// The endpoints that people use for gpt-oss, as data: where they are, how to get a key, and in what they differ from
// other servers. It asks no server; what one was seen to do lies over this (dialectOf).
import { type ChatDialect, defaultDialect } from "./chatDialect.ts"
import { endpointUrl } from "./endpointUrl.ts"

export type PresetId =
  | "openRouter"
  | "oxen"
  | "freeLlmRouter"
  | "groq"
  | "together"
  | "fireworks"
  | "cerebras"
  | "deepInfra"
  | "ollama"
  | "lmStudio"
  | "llamaServer"
  | "vllm"
  | "custom"

export type Preset = {
  readonly id: PresetId
  readonly name: string
  /** Empty for the custom endpoint: the user's own. */
  readonly baseUrl: string
  /** Where an account gets its key for `baseUrl`; absent where none is needed. */
  readonly keyPage?: string
  /** gpt-oss under the server's own names; empty where the server has to be asked. */
  readonly models: readonly string[]
  /** One sentence for the user. */
  readonly note: string
  /** Runs on this computer. */
  readonly local: boolean
  readonly dialect: ChatDialect
  /** Forms in which effort is asked for when the server refuses that of the dialect, best first. */
  readonly otherEfforts: readonly NonNullable<ChatDialect["effort"]>[]
}

/** Paid models' names at OpenRouter, Groq, Together and DeepInfra, which use Hugging Face's. */
const largeAndSmall = ["openai/gpt-oss-120b", "openai/gpt-oss-20b"]

/** Some companies' servers refuse keys that they don't know: nothing is sent that isn't documented. */
const remote: ChatDialect = { ...defaultDialect, namesToolResults: false }

/** OpenRouter reports usage unasked, takes either form of effort and wants its reasoning blocks back as they were. */
const openRouter: ChatDialect = {
  ...remote,
  reasoningField: "reasoning_details",
  effort: "reasoning",
  asksForUsage: false,
  sessionField: "session_id",
  namesToolResults: true,
}

/** Templates made from Hugging Face's take a message's first call only, and no words beside reasoning and calls. */
const llamaServer: ChatDialect = {
  ...defaultDialect,
  reasoningField: "reasoning_content",
  preambleWithCalls: "leftOut",
  callsPerMessage: "one",
  // It adds top-k 40 and min-p 0.05 of its own, which gpt-oss was not tuned for.
  sampling: { top_k: 0, min_p: 0 },
  rawCompletions: "llamaServer",
  healthPath: "/health",
}

export const presets: readonly Preset[] = [
  {
    id: "openRouter",
    name: "OpenRouter",
    baseUrl: "https://openrouter.ai/api/v1",
    keyPage: "https://openrouter.ai/settings/keys",
    models: [...largeAndSmall, "openai/gpt-oss-120b:free", "openai/gpt-oss-20b:free"],
    note: "One key for many companies' servers; prices and quality differ between them.",
    local: false,
    dialect: openRouter,
    otherEfforts: ["reasoning_effort"],
  },
  {
    id: "oxen",
    name: "Oxen",
    baseUrl: "https://hub.oxen.ai/api/ai",
    keyPage: "https://www.oxen.ai/settings/profile",
    models: [],
    note: "Models behind one key; choose one from Oxen's list.",
    local: false,
    dialect: { ...remote, effort: null, asksForUsage: false, structuredOutput: null },
    otherEfforts: [],
  },
  {
    id: "freeLlmRouter",
    name: "Free LLM Router",
    baseUrl: "https://openrouter.ai/api/v1",
    keyPage: "https://openrouter.ai/settings/keys",
    models: ["openai/gpt-oss-120b:free", "openai/gpt-oss-20b:free"],
    note: "Tries OpenRouter's free models in order of measured health; their hosts may train on what you send.",
    local: false,
    dialect: openRouter,
    otherEfforts: ["reasoning_effort"],
  },
  {
    id: "groq",
    name: "Groq",
    baseUrl: "https://api.groq.com/openai/v1",
    keyPage: "https://console.groq.com/keys",
    models: largeAndSmall,
    note: "Very fast; the free plan has low limits per minute.",
    local: false,
    dialect: { ...remote, reasoningField: "reasoning" },
    otherEfforts: [],
  },
  {
    id: "together",
    name: "Together",
    baseUrl: "https://api.together.ai/v1",
    keyPage: "https://api.together.ai/settings/api-keys",
    models: largeAndSmall,
    note: "Pay by use.",
    local: false,
    dialect: remote,
    otherEfforts: [],
  },
  {
    id: "fireworks",
    name: "Fireworks",
    baseUrl: "https://api.fireworks.ai/inference/v1",
    keyPage: "https://app.fireworks.ai/settings/users/api-keys",
    models: ["accounts/fireworks/models/gpt-oss-120b", "accounts/fireworks/models/gpt-oss-20b"],
    note: "Pay by use; models have long names that begin with accounts/fireworks/models/.",
    local: false,
    dialect: { ...remote, reasoningField: "reasoning_content" },
    otherEfforts: [],
  },
  {
    id: "cerebras",
    name: "Cerebras",
    baseUrl: "https://api.cerebras.ai/v1",
    keyPage: "https://cloud.cerebras.ai",
    models: ["gpt-oss-120b"],
    note: "The fastest gpt-oss-120b; the free plan reads half of the usual context.",
    local: false,
    dialect: { ...remote, reasoningField: "reasoning", sessionField: "prompt_cache_key" },
    otherEfforts: [],
  },
  {
    id: "deepInfra",
    name: "DeepInfra",
    baseUrl: "https://api.deepinfra.com/v1/openai",
    keyPage: "https://deepinfra.com/dash/api_keys",
    models: largeAndSmall,
    note: "Pay by use, at low prices.",
    local: false,
    dialect: { ...remote, structuredOutput: null },
    otherEfforts: ["reasoning"],
  },
  {
    id: "ollama",
    name: "Ollama",
    baseUrl: "http://127.0.0.1:11434/v1",
    models: ["gpt-oss:20b", "gpt-oss:120b"],
    note: "Reads only a short context unless OLLAMA_CONTEXT_LENGTH is set.",
    local: true,
    dialect: { ...defaultDialect, reasoningField: "reasoning", healthPath: "/api/version" },
    otherEfforts: ["reasoning"],
  },
  {
    id: "lmStudio",
    name: "LM Studio",
    baseUrl: "http://127.0.0.1:1234/v1",
    models: ["openai/gpt-oss-20b", "openai/gpt-oss-120b"],
    note: "Start its server in the Developer tab; the context length is chosen when a model is loaded.",
    local: true,
    dialect: { ...defaultDialect, callsPerMessage: "one", healthPath: "/v1/models" },
    otherEfforts: [],
  },
  {
    id: "llamaServer",
    name: "llama-server",
    baseUrl: "http://127.0.0.1:8080/v1",
    models: [],
    note: "Start it with --jinja, so that tool calls are read.",
    local: true,
    dialect: llamaServer,
    otherEfforts: ["chat_template_kwargs"],
  },
  {
    id: "vllm",
    name: "vLLM",
    baseUrl: "http://127.0.0.1:8000/v1",
    models: largeAndSmall,
    note: "Start it with --tool-call-parser openai --enable-auto-tool-choice, so that tool calls are read.",
    local: true,
    dialect: { ...defaultDialect, rawCompletions: "vllm", healthPath: "/health" },
    otherEfforts: ["chat_template_kwargs"],
  },
]

/** Any server that says "OpenAI-compatible": what it refuses is left out from then on. */
export const customPreset: Preset = {
  id: "custom",
  name: "Custom endpoint",
  baseUrl: "",
  models: [],
  note: "Any server with an OpenAI-compatible chat interface.",
  local: false,
  dialect: { ...defaultDialect, callsPerMessage: "one" },
  otherEfforts: ["chat_template_kwargs"],
}

/** Addresses that lead to a preset's server as well as its own does. */
const otherHosts: Readonly<Record<string, PresetId>> = { "api.together.xyz": "together" }

/**
 * The preset of an address as the user entered it: a company's server by its host, a local one by its usual port on
 * this computer. Free LLM Router chats at OpenRouter's address and is therefore never the answer.
 */
export function presetOf(baseUrl: string): Preset {
  const endpoint = endpointUrl(baseUrl)
  if (!endpoint.ok) return customPreset
  const { host, hostname, port } = new URL(endpoint.origin)
  const known = presets.find(({ id, local, baseUrl: own }) => {
    const place = new URL(own)
    if (local) return endpoint.isLoopback && place.port === port
    return place.host === host || otherHosts[hostname] === id
  })
  return known ?? customPreset
}
