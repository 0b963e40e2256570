// START HERE for answers: reads a model's turn from its pieces while they arrive, and says at the end what it
// came to. Never throws, never takes back a text it gave out, never makes a call of what is uncertain. Doesn't
// know token ids; where messages begin and end is tolerantReader's business.
import type { HarmonyPiece } from "./harmonyPiece.ts"
import type { ToolCall } from "./message.ts"
import type { ReaderStep } from "./messageReader.ts"
import { createOpenMessage, type OpenMessage } from "./openMessage.ts"
import type { ReaderEvent, TextKind } from "./readerEvent.ts"
import { createTolerantReader, type TolerantOptions } from "./tolerantReader.ts"
import { type TextMessage, type TurnMessage, type TurnOutcome, turnOutcome } from "./turnOutcome.ts"

export type ReaderOptions = Partial<TolerantOptions> & {
  /** A fresh id for each call, unique within the conversation. Default: random. */
  readonly newCallId?: () => string
}

export interface HarmonyReader {
  push(piece: HarmonyPiece): readonly ReaderEvent[]
  /** Ends the turn; `length`: generation was cut. Push nothing afterwards. */
  finish(reason: "stop" | "length"): {
    readonly events: readonly ReaderEvent[]
    readonly outcome: TurnOutcome
  }
}

/** One reader reads one turn. `role` defaults to assistant: the prompt ended with `<|start|>assistant`. */
export function createHarmonyReader(options: ReaderOptions = {}): HarmonyReader {
  const { role = "assistant", tools = [], builtins = [] } = options
  const newCallId = options.newCallId ?? (() => `call_${crypto.randomUUID()}`)
  const reader = createTolerantReader({ role, tools, builtins })
  const texts: Record<TextKind, TextMessage[]> = { reasoning: [], preamble: [], text: [] }
  const calls: ToolCall[] = []
  const messages: TurnMessage[] = []
  const problems = new Set<string>()
  let open: OpenMessage | undefined
  let truncated = false

  function take(step: ReaderStep, ended?: "stop" | "length"): readonly ReaderEvent[] {
    switch (step.type) {
      case "problem":
        problems.add(step.code)
        return []
      case "open":
        open = createOpenMessage(step, { tools, builtins }, kind => texts[kind].length > 0)
        return []
      case "content":
        return open?.add(step.text) ?? []
      case "close": {
        if (open === undefined) return []
        const closed = open.close(step, ended, newCallId)
        open = undefined
        for (const problem of closed.problems) problems.add(problem)
        messages.push(closed.message)
        if (closed.kind === "call") {
          calls.push(closed.call)
          truncated ||= closed.call.problems.includes("unterminated_call")
        } else texts[closed.kind].push(closed.message)
        return closed.events
      }
      case "error":
        return []
    }
  }

  return {
    push: piece => reader.push(piece).flatMap(step => take(step)),
    finish(reason) {
      const events = reader.finish().flatMap(step => take(step, reason))
      const { reasoning, preamble: preambles, text: finals } = texts
      truncated ||= reason === "length"
      return {
        events,
        outcome: turnOutcome({ reasoning, preambles, finals, calls, problems, messages, truncated }),
      }
    },
  }
}
