// Remembers which tokens the model's own messages were, so that the next turn feeds the very same ones again: the
// evaluated prefix stays usable, and the model sees what it wrote and not our spelling of it.
import type { Conversation, Message } from "../../harmony/message.ts"
import { renderConversation } from "../../harmony/renderConversation.ts"
import type { TurnMessage } from "../../harmony/turnOutcome.ts"
import type { GeneratedPiece } from "../../protocol/runtimeProtocol.ts"
import type { Segment } from "../../protocol/segment.ts"

export interface GeneratedMemory {
  /** `pieces`: all of the turn, as they were pushed into its reader. */
  remember(messages: readonly TurnMessage[], pieces: readonly GeneratedPiece[]): void
  /** The prompt for the next turn; ends with `<|start|>assistant`. */
  render(conversation: Conversation): readonly Segment[]
}

/** For one model: token ids mean nothing to another. Messages that aren't verbatim are rendered from their text. */
export function generatedMemory(): GeneratedMemory {
  const remembered = new WeakMap<Message, readonly number[]>()
  /** Lists whose end was `<|return|>`, which a finished turn doesn't keep: `<|end|>` is fed after them. */
  const returned = new WeakSet<readonly number[]>()

  return {
    remember(messages, pieces) {
      for (const { message, verbatim, pieces: range } of messages) {
        if (!verbatim) continue
        const own = pieces.slice(...range)
        const last = own.at(-1)
        const ended = last !== undefined && "control" in last && last.control === "return"
        const tokens = (ended ? own.slice(0, -1) : own).map(piece => piece.token)
        remembered.set(message, tokens)
        if (ended) returned.add(tokens)
      }
    },
    render: conversation =>
      renderConversation(conversation, { generated: message => remembered.get(message) }).flatMap(
        (segment): readonly Segment[] =>
          "tokens" in segment && returned.has(segment.tokens) ? [segment, { control: "end" }] : [segment],
      ),
  }
}
