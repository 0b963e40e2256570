// Model servers for the doctor's tests, as data: what each answers to the list, to its own questions and to chat.
// Real HTTP on 127.0.0.1; every trait can be replaced, so that a server can be broken and mended.

import { type ExamineOptions, examineEndpoint } from "../../../../src/model/hosted/doctor/examineEndpoint.ts"
import { type EndpointMemory, endpointMemory } from "../../../../src/model/hosted/endpointFacts.ts"
import { customPreset, type PresetId, presets } from "../../../../src/model/hosted/presets.ts"
import type { DoctorReport } from "../../../../src/protocol/endpointPage.ts"
import {
  delta,
  eventReply,
  finished,
  jsonReply,
  type Reply,
  type ScriptedEndpoint,
  type ScriptedRequest,
  scriptedEndpoint,
} from "../../../support/scriptedEndpoint.ts"

export type ChatBody = {
  readonly stream_options?: object
  readonly reasoning_effort?: string
  readonly tools?: readonly object[]
  readonly response_format?: object
}

export type Traits = {
  /** By path; what isn't here is a 404. */
  readonly paths: Readonly<Record<string, (request: ScriptedRequest) => Reply>>
  readonly plain: (body: ChatBody) => Reply
  readonly tools: (body: ChatBody) => Reply
  readonly json: (body: ChatBody) => Reply
}

export type TestServer = ScriptedEndpoint & {
  /** Replaces traits of the running server. */
  mend(traits: Partial<Traits>): void
}

/** Without traits: a healthy server that marks its models as vLLM does. */
export async function testServer(
  t: Parameters<typeof scriptedEndpoint>[0],
  traits: Partial<Traits> = {},
): Promise<TestServer> {
  let now: Traits = { ...healthy, ...traits }
  const endpoint = await scriptedEndpoint(t, request => answer(request, now))
  return {
    ...endpoint,
    mend(more) {
      now = { ...now, ...more }
    },
  }
}

/** A list as `GET /models` gives it. */
export function models(
  owner: string,
  ...entries: readonly { readonly id: string; readonly [field: string]: unknown }[]
): Reply {
  return jsonReply(200, {
    object: "list",
    data: entries.map(entry => ({ object: "model", owned_by: owner, ...entry })),
  })
}

export const usage = { choices: [], usage: { prompt_tokens: 70, completion_tokens: 40 } }

/** An answer in pieces, as a healthy server streams it. */
export function streamed(reasoning: string, words: readonly string[], field = "reasoning"): Reply {
  return eventReply(
    ...(reasoning === "" ? [] : [delta({ [field]: reasoning })]),
    ...words.map(content => delta({ content })),
    finished(),
    usage,
  )
}

export function called(reasoning = "The user wants a call."): Reply {
  const call = { name: "connection_check", arguments: '{"word":"osprey"}' }
  return eventReply(
    delta({ reasoning }),
    delta({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: call }] }),
    finished("tool_calls"),
    usage,
  )
}

export const counting = [
  "one, two, three, ",
  "four, five, six, ",
  "seven, eight, nine, ",
  "ten, eleven, twelve",
]

export const healthy: Traits = {
  paths: {
    "/health": () => ({ body: [] }),
    "/v1/models": () =>
      models("vllm", { id: "openai/gpt-oss-20b", max_model_len: 131_072 }, { id: "other/model" }),
  },
  plain: () => streamed("They want me to count.", counting),
  tools: () => called(),
  json: () => streamed("Six letters.", ['{"word":"osprey",', '"letters":6}']),
}

export type Examined = {
  readonly report: DoctorReport
  readonly reports: readonly DoctorReport[]
  readonly memory: EndpointMemory
}

/** One examination to its end, of gpt-oss-20b unless told. */
export async function examine(
  endpoint: { readonly baseUrl: string },
  more: Partial<ExamineOptions> & { readonly as?: PresetId } = {},
): Promise<Examined> {
  const { as = "vllm", ...options } = more
  const memory = options.memory ?? endpointMemory()
  const reports: DoctorReport[] = []
  const examined = examineEndpoint({
    baseUrl: endpoint.baseUrl,
    model: "openai/gpt-oss-20b",
    key: undefined,
    preset: presets.find(({ id }) => id === as) ?? customPreset,
    memory,
    now: Date.now,
    signal: new AbortController().signal,
    rawProbe: async () => null,
    ...options,
  })
  for await (const report of examined) reports.push(report)
  const report = reports.at(-1)
  if (report === undefined) throw new Error("An examination without a report.")
  return { report, reports, memory }
}

function answer(request: ScriptedRequest, traits: Traits): Reply {
  const own = traits.paths[request.path.split("?")[0] ?? ""]
  if (own !== undefined) return own(request)
  if (!request.path.endsWith("/chat/completions")) return jsonReply(404, { error: { message: "Not Found" } })
  const body = chatBody(request.body)
  if (body.tools !== undefined) return traits.tools(body)
  if (body.response_format !== undefined) return traits.json(body)
  return traits.plain(body)
}

function chatBody(body: unknown): ChatBody {
  return typeof body === "object" && body !== null ? body : {}
}
