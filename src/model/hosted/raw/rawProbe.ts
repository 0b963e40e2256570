// Can this server be spoken to in token ids? Compares its tokenizer with gpt-oss's and has it write two tokens, the
// way the model would be used, so that nothing is guessed from a server's name.
import { controlTokens, type Segment } from "../../../protocol/segment.ts"
import { ModelError, type ModelErrorKind, modelErrorOf } from "../../modelError.ts"
import type { RawForm } from "../chatDialect.ts"
import { endpointJson, serverRoot } from "../endpointJson.ts"
import type { GuardLimits } from "../guardedBody.ts"
import { jsonFields, listOf } from "../jsonFields.ts"
import { systemClock } from "../retryPolicy.ts"
import { tokenizeAt } from "./rawConnection.ts"
import { rawGeneration } from "./rawGeneration.ts"
import { o200kRawVocabulary, promptEncoder, type RawVocabulary } from "./rawVocabulary.ts"
import { serverVocabulary } from "./serverVocabulary.ts"

export type RawProbe = {
  readonly baseUrl: string
  readonly key: string | undefined
  readonly model: string
  /** The form the server is known by; absent: found out. */
  readonly form?: RawForm
  readonly signal: AbortSignal
  readonly limits?: Partial<GuardLimits>
}

export type RawSupport = { readonly form: RawForm; readonly vocabulary: "o200k" | "server" }

/**
 * Null: the server answered, and it can't. A ModelError is thrown where that stays open: out of reach, no valid key,
 * too busy, aborted ("timeout").
 */
export async function rawProbe(probe: RawProbe): Promise<RawSupport | null> {
  const o200k = await o200kRawVocabulary()
  const seen = await tokenizerOf(probe)
  const form = probe.form ?? seen?.form ?? "vllm"
  const isO200k = seen === undefined || (await isSame(seen.ids, o200k, probe.signal))
  // Without a tokenizer to compare only the answer tells; without the same one only llama-server lends its own.
  if (!isO200k && form === "vllm") return null
  try {
    const endpoint = { ...probe, form, apiKey: async () => probe.key }
    const vocabulary = isO200k ? o200k : await serverVocabulary(tokenizeAt(endpoint), probe.signal)
    if (vocabulary === undefined || !(await answersInHarmony(probe, form, vocabulary))) return null
    return { form, vocabulary: isO200k ? "o200k" : "server" }
  } catch (error) {
    const found = modelErrorOf(error)
    if (refusals.has(found.kind)) return null
    throw found
  }
}

/** What a server says that doesn't know such a request. */
const refusals: ReadonlySet<ModelErrorKind> = new Set([
  "badRequest",
  "badResponse",
  "modelNotFound",
  "modelUnsuitable",
  "redirected",
  "contextFull",
])

/** One sentence with markers, letters of several kinds, digits and an indentation. */
const sentence: readonly Segment[] = [
  { control: "start" },
  { text: "user" },
  { control: "message" },
  { text: "Grüße, 世界: x_1 = 0x2a + 1234567;\n\t    return naïveCount // 🙂" },
  { control: "end" },
]

type Tokenized = { readonly form: RawForm; readonly ids: readonly number[] }

/** One question that both servers answer, each by the keys it knows; undefined: there is no such tokenizer. */
async function tokenizerOf({ baseUrl, key, model, signal }: RawProbe): Promise<Tokenized | undefined> {
  const text = sentence.map(part =>
    "text" in part ? part.text : "control" in part ? `<|${part.control}|>` : "",
  )
  const answer = await endpointJson({
    baseUrl: serverRoot(baseUrl),
    path: "/tokenize",
    key,
    signal,
    body: {
      model,
      prompt: text.join(""),
      add_special_tokens: false,
      content: text.join(""),
      add_special: false,
      parse_special: true,
    },
  })
  if (!answer.ok) {
    if (refusals.has(answer.error.kind)) return undefined
    throw answer.error
  }
  const { tokens, count } = jsonFields(answer.body)
  const ids = listOf(tokens).flatMap(id => (typeof id === "number" ? [id] : []))
  if (ids.length === 0) return undefined
  // vLLM counts them, llama-server doesn't.
  return { form: typeof count === "number" ? "vllm" : "llamaServer", ids }
}

async function isSame(
  ids: readonly number[],
  vocabulary: RawVocabulary,
  signal: AbortSignal,
): Promise<boolean> {
  const expected = await promptEncoder(vocabulary)(sentence, signal)
  return ids.length === expected.length && ids.every((id, index) => id === expected[index])
}

const greeting: readonly Segment[] = [
  { control: "start" },
  { text: "system" },
  { control: "message" },
  {
    text: "Reasoning: low\n\n# Valid channels: analysis, final. Channel must be included for every message.",
  },
  { control: "end" },
  { control: "start" },
  { text: "user" },
  { control: "message" },
  { text: "Hello" },
  { control: "end" },
  { control: "start" },
  { text: "assistant" },
]

/** gpt-oss begins every answer with a channel's token; a model with other ids begins with anything else. */
async function answersInHarmony(probe: RawProbe, form: RawForm, vocabulary: RawVocabulary): Promise<boolean> {
  const generation = {
    prompt: async (signal: AbortSignal) => ({
      ids: await promptEncoder(vocabulary)(greeting, signal),
      vocabulary,
    }),
    maxTokens: 2,
    contextWindow: 4096,
    temperature: 0,
    stop: controlTokens.filter(control => control !== "channel"),
    // One try: whoever probes decides whether to ask again.
    progress: { isShown: true },
  }
  const endpoint = { ...probe, form, apiKey: async () => probe.key }
  for await (const reply of rawGeneration(endpoint, generation, systemClock, probe.signal)) {
    const first = reply.type === "pieces" ? reply.pieces[0] : undefined
    if (first !== undefined) return "control" in first && first.control === "channel"
  }
  if (probe.signal.aborted) throw new ModelError("timeout")
  return false
}
