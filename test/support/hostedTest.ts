// What every test of the hosted model needs: a model at a scripted endpoint with a held clock, a conversation
// with one tool, and a turn collected into one value.
import type { Conversation, Message } from "../../src/harmony/message.ts"
import { type HostedModelOptions, hostedModel } from "../../src/model/hosted/hostedModel.ts"
import type { Clock } from "../../src/model/hosted/retryPolicy.ts"
import type { LanguageModel, ModelEvent } from "../../src/model/languageModel.ts"
import { ModelError } from "../../src/model/modelError.ts"

export const testKey = "sk-CANARY-KEY"

/** A clock that stands still; sleeping takes no time and is written down. */
export function heldClock(random = 1): Clock & { readonly slept: number[] } {
  const slept: number[] = []
  return {
    slept,
    now: () => Date.UTC(2026, 0, 1),
    ticks: () => 0,
    random: () => random,
    async sleep(ms) {
      slept.push(ms)
    },
  }
}

export function testModel(baseUrl: string, more: Partial<HostedModelOptions> = {}): LanguageModel {
  return hostedModel({
    baseUrl,
    model: "openai/gpt-oss-20b",
    label: "gpt-oss-20b",
    apiKey: async () => testKey,
    contextWindow: 131_072,
    outputLimit: 4096,
    countTokens: async conversation => JSON.stringify(conversation).length,
    clock: heldClock(),
    ...more,
  })
}

export const openingMessages: readonly Message[] = [
  { role: "system", content: { system: { reasoningEffort: "low", conversationStartDate: "2026-01-01" } } },
  {
    role: "developer",
    content: {
      developer: {
        instructions: "You are a coding assistant in the editor.",
        tools: {
          functions: {
            name: "functions",
            tools: [
              {
                name: "read_file",
                description: "Reads a file.",
                parameters: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
              },
              { name: "list_problems", description: "Lists problems." },
            ],
          },
        },
      },
    },
  },
]

export function conversation(...messages: readonly Message[]): Conversation {
  return { messages: [...openingMessages, ...messages] }
}

export function user(content: string): Message {
  return { role: "user", content }
}

export type CollectedTurn = {
  readonly reasoning: string
  readonly text: string
  readonly events: readonly ModelEvent[]
  readonly calls: readonly {
    readonly name: string
    readonly arguments: unknown
    readonly problems: readonly string[]
  }[]
  readonly finish: Extract<ModelEvent, { type: "finish" }> | undefined
  readonly error: ModelError | undefined
}

/** One turn to its end; a ModelError is part of the value. */
export async function collect(
  model: LanguageModel,
  asked: Conversation = conversation(user("Hello")),
  signal: AbortSignal = new AbortController().signal,
): Promise<CollectedTurn> {
  const events: ModelEvent[] = []
  let error: ModelError | undefined
  try {
    for await (const event of model.stream({ conversation: asked, maxTokens: 1000 }, signal))
      events.push(event)
  } catch (thrown) {
    if (!(thrown instanceof ModelError)) throw thrown
    error = thrown
  }
  const joined = (type: "reasoning" | "text") =>
    events.map(each => (each.type === type ? each.text : "")).join("")
  return {
    reasoning: joined("reasoning"),
    text: joined("text"),
    events,
    calls: events
      .filter(each => each.type === "toolCall")
      .map(({ call: { name, arguments: args, problems } }) => ({ name, arguments: args, problems })),
    finish: events.find(each => each.type === "finish"),
    error,
  }
}
