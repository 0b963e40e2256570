// The model servers that people start themselves, as data: how each is recognised, and the command line that mends
// what the doctor found. It knows no finding; commands are the ones of each server's own documentation.
import type { EndpointAnswer } from "../endpointJson.ts"

/** "other": a company's endpoint, a router, or a server that isn't known here. */
export type ServerKind = "vllm" | "llamaServer" | "ollama" | "lmStudio" | "other"

export type ServerWords = {
  /** As in "this vLLM". */
  readonly name: string
  /** Starts it with gpt-oss and everything Osprey needs. */
  readonly start?: string
  /** What makes it read tool calls. */
  readonly tools?: string
  /** Says in words what was missing when tool calls aren't read. */
  readonly toolsReason?: string
  /** Raises the context length. */
  readonly context?: string
  /** Where the context length is set by hand; begins a sentence. */
  readonly contextPlace?: string
  /** Fetches a model; none where the model is chosen when the server starts. */
  readonly fetchModel?: (model: string) => string
}

/** The number of tokens that remedies for a small context ask for: an hour's work of an agent, in modest memory. */
const roomyContext = 32_768

export const serverWords: Readonly<Record<ServerKind, ServerWords>> = {
  vllm: {
    name: "vLLM",
    start: "vllm serve openai/gpt-oss-20b --tool-call-parser openai --enable-auto-tool-choice",
    tools: "--tool-call-parser openai\n--enable-auto-tool-choice",
    toolsReason: "This vLLM was started without a tool parser. Start it with:",
    context: "--max-model-len 131072",
    fetchModel: model => `vllm serve ${model} --tool-call-parser openai --enable-auto-tool-choice`,
  },
  llamaServer: {
    name: "llama-server",
    start: `llama-server -hf ggml-org/gpt-oss-20b-GGUF --jinja -c ${roomyContext}`,
    tools: "--jinja",
    toolsReason: "This llama-server was started without gpt-oss's own chat template. Start it with:",
    context: `-c ${roomyContext}`,
  },
  ollama: {
    name: "Ollama",
    start: "ollama serve",
    tools: "ollama pull gpt-oss:20b",
    toolsReason: "Update Ollama, then fetch the model again, as its template comes with it:",
    context: `OLLAMA_CONTEXT_LENGTH=${roomyContext} ollama serve`,
    contextPlace: "Move the slider in the settings of Ollama's app, or start it with:",
    fetchModel: model => `ollama pull ${model}`,
  },
  lmStudio: {
    name: "LM Studio",
    start: "lms server start",
    tools: "lms get openai/gpt-oss-20b",
    toolsReason: "Update LM Studio, then fetch the model again:",
    context: `lms load openai/gpt-oss-20b --context-length ${roomyContext}`,
    contextPlace: "Raise Context Length where LM Studio loads the model, or load it with:",
    fetchModel: model => `lms get ${model}`,
  },
  other: { name: "server" },
}

/**
 * From the preset's id where that is one of them, else from what the answer to `GET {base}/models` shows: llama.cpp
 * names itself in the header `Server`, and each marks its models with an owner of its own.
 */
export function serverKind(presetId: string, models?: EndpointAnswer): ServerKind {
  const preset = kinds.find(kind => kind.toLowerCase() === presetId.toLowerCase().replace(/[^a-z]/gi, ""))
  if (preset !== undefined) return preset
  if (/llama\.cpp/i.test(models?.headers?.get("server") ?? "")) return "llamaServer"
  return models?.ok ? (owners.get(firstOwner(models.body)) ?? "other") : "other"
}

const kinds: readonly ServerKind[] = ["vllm", "llamaServer", "ollama", "lmStudio"]

const owners: ReadonlyMap<unknown, ServerKind> = new Map([
  ["vllm", "vllm"],
  ["llamacpp", "llamaServer"],
  ["library", "ollama"],
  ["organization_owner", "lmStudio"],
])

function firstOwner(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("data" in body) || !Array.isArray(body.data))
    return undefined
  const first: unknown = body.data[0]
  return typeof first === "object" && first !== null && "owned_by" in first ? first.owned_by : undefined
}
