// A turn's pieces → events of the model port. What the pieces mean is the harmony reader's business; this counts
// tokens and makes one event of what came together.
import { createHarmonyReader } from "../../harmony/harmonyReader.ts"
import type { Conversation } from "../../harmony/message.ts"
import type { ReaderEvent } from "../../harmony/readerEvent.ts"
import type { TurnOutcome } from "../../harmony/turnOutcome.ts"
import type { GeneratedPiece } from "../../protocol/runtimeProtocol.ts"
import type { FinishReason, ModelEvent } from "../languageModel.ts"

export type TurnReader = {
  readonly push: (pieces: readonly GeneratedPiece[]) => readonly ModelEvent[]
  /** The last texts, calls and problems; `finish` itself is for the caller to send. */
  readonly end: (reason: "stop" | "length") => {
    readonly events: readonly ModelEvent[]
    readonly outcome: TurnOutcome
  }
  /** Everything that was pushed. */
  readonly pieces: readonly GeneratedPiece[]
  /** Tokens of thinking so far. */
  readonly thought: () => number
  /** Whether the last piece was text of a message of thinking. */
  readonly isThinking: () => boolean
}

export const finishReasons: Readonly<Record<TurnOutcome["status"], FinishReason>> = {
  final: "stop",
  calls: "calls",
  truncated: "length",
  empty: "empty",
}

export function turnReader(conversation: Conversation): TurnReader {
  const reader = createHarmonyReader(offeredTools(conversation))
  const pieces: GeneratedPiece[] = []
  let uncounted = 0
  let thought = 0
  let thinking = false

  const toModelEvents = (events: readonly ReaderEvent[]): readonly ModelEvent[] =>
    joined(events).map(event => {
      if (event.type === "toolCall") return event
      const tokens = uncounted
      uncounted = 0
      return { ...event, tokens }
    })

  const push = (piece: GeneratedPiece) => {
    pieces.push(piece)
    uncounted++
    const events = reader.push(piece)
    if ("control" in piece) thinking = false
    else if (events.length > 0) thinking = events.at(-1)?.type === "reasoning"
    if (thinking) thought++
    return events
  }

  return {
    pieces,
    thought: () => thought,
    isThinking: () => thinking,
    push: more => toModelEvents(more.flatMap(push)),
    end: reason => {
      const { events, outcome } = reader.finish(reason)
      const problems = outcome.problems.map((code): ModelEvent => ({ type: "problem", code }))
      return { events: [...toModelEvents(events), ...problems], outcome }
    },
  }
}

function offeredTools({ messages }: Conversation): { readonly tools: string[]; readonly builtins: string[] } {
  const contents = messages.map(message => message.content).filter(content => typeof content === "object")
  return {
    tools: contents.flatMap(content =>
      "developer" in content ? (content.developer.tools?.functions?.tools ?? []).map(tool => tool.name) : [],
    ),
    builtins: contents.flatMap(content =>
      "system" in content ? Object.keys(content.system.tools ?? {}) : [],
    ),
  }
}

function joined(events: readonly ReaderEvent[]): readonly ReaderEvent[] {
  const result: ReaderEvent[] = []
  for (const event of events) {
    const last = result.at(-1)
    if (event.type !== "toolCall" && last !== undefined && last.type === event.type)
      result[result.length - 1] = { type: event.type, text: last.text + event.text }
    else result.push(event)
  }
  return result
}
