// What a server's refusal says beside its sentence: codes, keys of the request that it names, sizes. Shapes of all
// servers, read field by field; decides nothing.
import { jsonFields, listOf, numberOf, tokensOf } from "./jsonFields.ts"

export type RefusalFacts = {
  /** Codes, types and OpenRouter's error_type, most telling first. */
  readonly codes: readonly string[]
  /** The HTTP status that a body carries within itself. */
  readonly status: number | undefined
  /** OpenRouter's own word on whether trying again may help. */
  readonly retryable: boolean | undefined
  /** Seconds, from the body. */
  readonly retryAfter: number | undefined
  readonly isModerated: boolean
  /** Paths of request keys that it is about: "messages.2.assistant.reasoning_content", "stream_options". */
  readonly named: readonly string[]
  /** Tokens that the server reads at most, and those that the request had. */
  readonly contextWindow: number | undefined
  readonly promptTokens: number | undefined
  /** Groq: what the model wrote when it was to call a tool. */
  readonly failedGeneration: string | undefined
}

/**
 * Shapes: OpenAI `{error:{message,type,param,code}}`, OpenRouter `{error:{code:number,metadata:{error_type},
 * availability}}`, flat `{message,type,code}`, `{error:"text"}`, FastAPI `{detail:[{loc,msg,type}]}`, llama-server
 * `{error:{type,n_prompt_tokens,n_ctx}}`. `said`: the sentence in it.
 */
export function refusalFacts(body: unknown, said: string): RefusalFacts {
  const outer = jsonFields(body)
  const inner = "error" in outer ? jsonFields(outer.error) : outer
  const [metadata, availability] = [jsonFields(inner.metadata), jsonFields(inner.availability)]
  const codes = [metadata.error_type, outer.error_type, availability.code, inner.code, inner.type]
  const { failed_generation: failed } = inner
  return {
    codes: codes.filter(code => typeof code === "string"),
    status: [inner.code, inner.status, outer.status_code, outer.code].map(statusOf).find(Boolean),
    retryable: typeof availability.retryable === "boolean" ? availability.retryable : undefined,
    retryAfter: numberOf(availability.retry_after),
    isModerated: Array.isArray(metadata.reasons) || typeof metadata.flagged_input === "string",
    named: [inner.param, ...locations(outer.detail), ...locations(inner.detail)].filter(
      path => typeof path === "string",
    ),
    contextWindow: tokensOf(inner.n_ctx, ...found(said, windowWords)),
    promptTokens: tokensOf(inner.n_prompt_tokens, ...found(said, promptWords)),
    failedGeneration: typeof failed === "string" ? failed : undefined,
  }
}

/** OpenAI, vLLM and OpenRouter; LM Studio; Cerebras; llama-server's sentence. */
const windowWords = [
  /maximum context length (?:is|of) (\d+)/i,
  /context length of (?:only )?(\d+)/i,
  /current length is \d+ while limit is (\d+)/i,
  /context size \((\d+)/i,
]

const promptWords = [
  /(\d+) (?:in the messages|input tokens|prompt tokens|of text input|tokens from the input)/i,
  /current length is (\d+)/i,
  /request \((\d+) tokens\)/i,
]

function found(said: string, patterns: readonly RegExp[]): readonly (string | undefined)[] {
  return patterns.map(pattern => pattern.exec(said)?.[1])
}

/** FastAPI and pydantic: `[{loc: ["body", "messages", 2, "reasoning"], …}]`. */
function locations(detail: unknown): readonly string[] {
  return listOf(detail)
    .map(each => listOf(jsonFields(each).loc))
    .map(path => path.filter(step => step !== "body").join("."))
    .filter(path => path !== "")
}

function statusOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof number === "number" && number >= 400 && number < 600 ? number : undefined
}
