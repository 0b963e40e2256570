// A model whose turns are written down: for what no real model does on demand (loops, faults, limits). Each
// turn is a list of events; `requests` holds what the model was asked.
import type { Message, ToolCall } from "../../src/harmony/message.ts"
import type { LanguageModel, ModelEvent, ModelRequest } from "../../src/model/languageModel.ts"

export type ScriptedTurn = (
  request: ModelRequest,
  signal: AbortSignal,
) => AsyncIterable<ModelEvent> | Iterable<ModelEvent>

export type ScriptedModel = LanguageModel & { readonly requests: readonly ModelRequest[] }

/** The last turn is played again when there are no more. */
export function scriptedModel(...turns: readonly ScriptedTurn[]): ScriptedModel {
  const requests: ModelRequest[] = []
  return {
    requests,
    description: {
      id: "scripted",
      label: "Scripted model",
      where: "local",
      contextWindow: 8192,
      outputLimit: 1024,
      abilities: { tools: true, continueText: false },
    },
    async *stream(request, signal) {
      const turn = turns[Math.min(requests.length, turns.length - 1)]
      requests.push(request)
      for await (const event of turn?.(request, signal) ?? []) {
        if (signal.aborted) return
        yield event
      }
    },
    countTokens: async () => 0,
  }
}

/** A turn that answers; the text comes in words. */
export function says(text: string): ScriptedTurn {
  const message: Message = { role: "assistant", channel: "final", content: text }
  return function* () {
    for (const word of text.split(/(?<= )/)) yield { type: "text", text: word, tokens: 1 }
    yield { type: "usage", usage: usageOf(text.length) }
    yield { type: "finish", reason: "stop", messages: [message] }
  }
}

let lastCall = 0

/** A turn that reasons and asks for tools. */
export function calls(
  ...asked: readonly { readonly name: string; readonly arguments: ToolCall["arguments"] }[]
): ScriptedTurn {
  return function* () {
    yield { type: "reasoning", text: "I need a tool.", tokens: 5 }
    const made = asked.map((call): ToolCall => {
      const rawArguments = JSON.stringify(call.arguments)
      return { id: `call-${++lastCall}`, ...call, rawArguments, problems: [] }
    })
    for (const call of made) yield { type: "toolCall", call }
    yield { type: "usage", usage: usageOf(10) }
    yield { type: "finish", reason: "calls", messages: made.map(callMessage) }
  }
}

function callMessage(call: ToolCall): Message {
  return {
    role: "assistant",
    recipient: `functions.${call.name}`,
    channel: "commentary",
    contentType: "<|constrain|>json",
    content: call.rawArguments,
  }
}

function usageOf(generatedTokens: number) {
  return { promptTokens: 100, reusedTokens: 50, generatedTokens, firstTokenMs: 10, generationMs: 1000 }
}
