// A vLLM as Osprey meets one over HTTP: its list of models, the doctor's questions, and answers to a person by what
// was asked. It is a script and no model; what it quotes of a file it has from the tool's result alone.
import {
  delta,
  event,
  eventReply,
  finished,
  jsonReply,
  type Reply,
  type ScriptedEndpoint,
  type ScriptedRequest,
  startScriptedEndpoint,
} from "./scriptedEndpoint.ts"

export const vllmModel = "openai/gpt-oss-20b"

export type Asked = {
  /** The last message of the user's. */
  readonly text: string
  /** The last message's text, where that is a tool's result. */
  readonly result: string | undefined
  /** Names of the tools that may be called. */
  readonly tools: readonly string[]
  readonly request: ScriptedRequest
}

export type VllmOptions = {
  /** Undefined: the usual answer. */
  readonly answer?: (asked: Asked) => Reply | undefined
  /** Instead of anything else, whatever is asked for. */
  readonly refuse?: (request: ScriptedRequest) => Reply | undefined
  /** Started without `--tool-call-parser openai`: calls come as the text that the model wrote. */
  readonly hasParser?: boolean
}

/** To be stopped by whoever starts it. */
export function startScriptedVllm(options: VllmOptions = {}): Promise<ScriptedEndpoint> {
  return startScriptedEndpoint(request => {
    const refused = options.refuse?.(request)
    if (refused !== undefined) return refused
    const path = request.path.split("?")[0]
    if (path === "/v1/models") return modelList
    if (path === "/health") return { body: [] }
    if (path !== "/v1/chat/completions") return jsonReply(404, { error: { message: "Not Found" } })
    const asked = askedIn(request)
    return options.answer?.(asked) ?? usualAnswer(asked, options.hasParser ?? true)
  })
}

/** An answer in pieces, with the figures that a vLLM adds and the price of a router. */
export function textReply(...words: readonly string[]): Reply {
  return eventReply(...words.map(content => delta({ content })), finished(), usage)
}

/** A call as a parser of tool calls gives it. */
export function callReply(name: string, args: object, reasoning = "A tool is needed."): Reply {
  const call = {
    index: 0,
    id: "call_1",
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }
  return eventReply(delta({ reasoning }), delta({ tool_calls: [call] }), finished("tool_calls"), usage)
}

/** The same without one: what the model wrote, in pieces that cut its markers. */
export function leakedCallReply(name: string, args: object, reasoning = "A tool is needed."): Reply {
  const written =
    `<|channel|>analysis<|message|>${reasoning}<|end|><|start|>assistant<|channel|>commentary ` +
    `to=functions.${name} <|constrain|>json<|message|>${JSON.stringify(args)}<|call|>`
  return textReply(...pieces(written))
}

/** An answer as the model wrote it, reasoning and markers and all. */
export function leakedTextReply(text: string, reasoning = "The file is there."): Reply {
  const written = `<|channel|>analysis<|message|>${reasoning}<|end|><|start|>assistant<|channel|>final<|message|>${text}<|return|>`
  return textReply(...pieces(written))
}

/** Events of an answer that doesn't end: whoever sends them adds what happens then. */
export function begunReply(...words: readonly string[]): readonly string[] {
  return words.map(content => event(delta({ content })))
}

const usage = {
  choices: [],
  usage: {
    prompt_tokens: 1234,
    completion_tokens: 56,
    completion_tokens_details: { reasoning_tokens: 7 },
    cost: 0.00034,
  },
}

const modelList = jsonReply(200, {
  object: "list",
  data: [
    { id: "other/model", object: "model", owned_by: "vllm", max_model_len: 8192 },
    { id: vllmModel, object: "model", owned_by: "vllm", max_model_len: 131_072 },
  ],
})

/** The doctor's questions, and any other with a greeting. */
function usualAnswer({ text, result, tools, request }: Asked, hasParser: boolean): Reply {
  const call = hasParser ? callReply : leakedCallReply
  if (tools.includes("connection_check")) return call("connection_check", { word: "osprey" })
  if (fieldOf(request.body, "response_format") !== undefined)
    return textReply('{"word":"osprey","letters":6}')
  if (/^Count /.test(text))
    return textReply("one, two, three, ", "four, five, six, ", "seven, eight, nine, ten")
  if (result !== undefined) return textReply("It begins with: ", `\`${result.split("\n")[0] ?? ""}\``)
  return textReply("Hello ", "to you.")
}

function askedIn(request: ScriptedRequest): Asked {
  const messages = listIn(request.body, "messages")
  const last = messages.at(-1)
  const user = messages.findLast(message => fieldOf(message, "role") === "user")
  return {
    text: String(fieldOf(user, "content") ?? ""),
    result: fieldOf(last, "role") === "tool" ? String(fieldOf(last, "content")) : undefined,
    tools: listIn(request.body, "tools").map(tool => String(fieldOf(fieldOf(tool, "function"), "name"))),
    request,
  }
}

function pieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,7}/g) ?? []
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name)
  return Array.isArray(list) ? list : []
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined
}
