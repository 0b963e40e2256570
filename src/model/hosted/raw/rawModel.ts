// gpt-oss behind a server that takes and gives token ids: the port LanguageModel without the server's own parser.
// Conversation → harmony segments → ids over HTTP → pieces → harmony reader → events, as for a model on this computer.
import type { Conversation } from "../../../harmony/message.ts"
import { type ControlToken, controlTokens, type Segment } from "../../../protocol/segment.ts"
import type {
  ContinueEvent,
  ContinueRequest,
  LanguageModel,
  ModelDescription,
  ModelEvent,
  ModelRequest,
} from "../../languageModel.ts"
import { finishReasons, turnReader } from "../../local/turnReader.ts"
import { ModelError } from "../../modelError.ts"
import { endpointUrl } from "../endpointUrl.ts"
import { type Clock, systemClock } from "../retryPolicy.ts"
import type { RawReply } from "./rawAnswer.ts"
import type { RawEndpoint } from "./rawConnection.ts"
import { rawGeneration } from "./rawGeneration.ts"
import type { RawMemory } from "./rawMemory.ts"
import { vocabularyInUse } from "./vocabularyInUse.ts"

export type RawModelOptions = RawEndpoint & {
  readonly label: string
  /** What the probe found. */
  readonly vocabulary: "o200k" | "server"
  /** In tokens. */
  readonly contextWindow: number
  readonly outputLimit: number
  /** For requests without one: 1.0 for gpt-oss (OpenAI's recommendation). */
  readonly temperature?: number
  /** Used where the server's own vocabulary can't be asked. */
  readonly countTokens: (conversation: Conversation) => Promise<number>
  readonly price?: ModelDescription["price"]
  readonly clock?: Clock
}

/** Never throws: a bad address is the error of the first request. */
export function rawModel(options: RawModelOptions): LanguageModel {
  const { model, label, contextWindow, outputLimit, price, clock = systemClock } = options
  const endpoint = endpointUrl(options.baseUrl)
  const vocabulary = vocabularyInUse(options)

  async function* generate(
    { prompt, purpose, progress }: Asked,
    { maxTokens, temperature = options.temperature ?? 1 }: ModelRequest,
    signal: AbortSignal,
  ): AsyncGenerator<RawReply> {
    const generation = {
      prompt: async () => {
        const { vocabulary: known, memory, encoders } = await vocabulary.get(signal)
        const segments = rendered(() => prompt(memory))
        return { ids: await encoders[purpose](segments, signal), vocabulary: known }
      },
      maxTokens: Math.min(maxTokens, outputLimit),
      contextWindow,
      temperature,
      stop: stops[purpose],
      progress,
    }
    if (signal.aborted) return
    try {
      yield* rawGeneration(options, generation, clock, signal)
    } catch (error) {
      vocabulary.doubt()
      throw error
    }
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const { conversation } = request
    const progress = { isShown: false }
    let memory: RawMemory | undefined
    const prompt = (inUse: RawMemory) => {
      memory = inUse
      return inUse.render(conversation)
    }
    const times = timesOf(clock)
    let reader = turnReader(conversation)
    let reasoningTokens = 0
    for await (const reply of generate({ prompt, purpose: "chat", progress }, request, signal)) {
      if (signal.aborted) return
      switch (reply.type) {
        case "retrying":
          reader = turnReader(conversation)
          yield waitingFor(reply)
          break
        case "reading":
          yield waitingFor(reply)
          break
        case "pieces":
          times.mark()
          for (const event of reader.push(reply.pieces)) {
            progress.isShown = true
            if (event.type === "reasoning") reasoningTokens += event.tokens
            yield event
          }
          break
        case "done": {
          const { events, outcome } = reader.end(reply.reason)
          memory?.remember(outcome.messages, reader.pieces)
          yield* events
          yield { type: "usage", usage: { ...countsOf(reply), reasoningTokens, ...times.taken() } }
          const messages = outcome.messages.map(({ message }) => message)
          yield { type: "finish", reason: finishReasons[outcome.status], messages }
        }
      }
    }
  }

  async function* continueText(request: ContinueRequest, signal: AbortSignal): AsyncGenerator<ContinueEvent> {
    const { conversation, prefill } = request
    const progress = { isShown: false }
    const prompt = (memory: RawMemory) => [...memory.render(conversation), ...beganFinal(prefill)]
    const times = timesOf(clock)
    for await (const reply of generate({ prompt, purpose: "completion", progress }, request, signal)) {
      if (signal.aborted) return
      switch (reply.type) {
        case "retrying":
        case "reading":
          yield waitingFor(reply)
          break
        case "pieces": {
          times.mark()
          const text = reply.pieces.map(piece => ("text" in piece ? piece.text : "")).join("")
          if (text === "") break
          progress.isShown = true
          yield { type: "text", text, tokens: reply.pieces.length }
          break
        }
        case "done":
          yield { type: "usage", usage: { ...countsOf(reply), ...times.taken() } }
      }
    }
  }

  async function countTokens(conversation: Conversation): Promise<number> {
    try {
      const { signal } = new AbortController()
      const { memory, encoders } = await vocabulary.get(signal)
      return (await encoders.count(memory.render(conversation), signal)).length
    } catch {
      return options.countTokens(conversation)
    }
  }

  return {
    description: {
      id: model,
      label,
      where: "hosted",
      ...(endpoint.ok && { origin: endpoint.origin }),
      contextWindow,
      outputLimit,
      abilities: { tools: true, continueText: true },
      ...(price !== undefined && { price }),
    },
    stream,
    continueText,
    countTokens,
  }
}

const stops: Readonly<Record<"chat" | "completion", readonly ControlToken[]>> = {
  chat: ["return", "call", "endoftext"],
  /** Only text goes on a text: any control token ends it. */
  completion: controlTokens,
}

type Asked = {
  readonly prompt: (memory: RawMemory) => readonly Segment[]
  readonly purpose: "chat" | "completion"
  readonly progress: { isShown: boolean }
}

/** The assistant's answer, begun: no thinking comes before it. */
function beganFinal(prefill: string): readonly Segment[] {
  const header: readonly Segment[] = [{ control: "channel" }, { text: "final" }, { control: "message" }]
  return prefill === "" ? header : [...header, { text: prefill }]
}

/** Why nothing is streamed yet, for chat and ghost text alike. */
function waitingFor(reply: Extract<RawReply, { type: "retrying" | "reading" }>) {
  return reply.type === "retrying"
    ? ({ type: "waiting", stage: "retrying", ms: reply.ms } as const)
    : ({ type: "waiting", stage: "reading", done: reply.done, total: reply.total } as const)
}

function countsOf({ promptTokens, reusedTokens, generatedTokens }: Extract<RawReply, { type: "done" }>) {
  return { promptTokens, reusedTokens, generatedTokens }
}

function timesOf(clock: Clock) {
  const startedAt = clock.now()
  let firstAt: number | undefined
  return {
    mark() {
      firstAt ??= clock.now()
    },
    taken() {
      const now = clock.now()
      return { firstTokenMs: (firstAt ?? now) - startedAt, generationMs: now - (firstAt ?? now) }
    },
  }
}

/** A conversation that can't be written is a fault of ours; it must still arrive as the one kind of error. */
function rendered(render: () => readonly Segment[]): readonly Segment[] {
  try {
    return render()
  } catch (error) {
    throw new ModelError("internal", { said: String(error) })
  }
}
