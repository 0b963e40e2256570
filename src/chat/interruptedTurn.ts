// A turn whose process ended in the middle: what its steps become, and what its history lacks so that the model
// can be asked to go on.
import type { Message } from "../harmony/message.ts"
import type { ChatChange, Step, Turn } from "../protocol/chatState.ts"
import { partialAnswer, unansweredCallMessage } from "./chatPrompt.ts"
import { reloadedNotice } from "./outcomeNotice.ts"

type Interrupted = {
  readonly changes: readonly ChatChange[]
  /** To append to the turn's history. */
  readonly messages: readonly Message[]
}

export function interruptedTurn(turn: Turn, history: readonly Message[]): Interrupted {
  const closed = turn.steps.map(closedStep).filter(step => step !== undefined)
  return {
    changes: [
      ...closed.map((step): ChatChange => ({ type: "stepChanged", turnId: turn.id, step })),
      { type: "turnChanged", turnId: turn.id, status: "interrupted", waiting: null, notice: reloadedNotice },
    ],
    messages: missingMessages(turn, history),
  }
}

function closedStep(step: Step): Step | undefined {
  if (step.type !== "tool" || (step.status !== "running" && step.status !== "waiting")) return undefined
  const { approval: _unanswered, ...rest } = step
  return { ...rest, status: "failed", summary: "Interrupted" }
}

/** Calls without result (results come in the order of their calls), or streamed text that no message holds yet. */
function missingMessages(turn: Turn, history: readonly Message[]): readonly Message[] {
  const called = history.flatMap(({ role, recipient }) =>
    role === "assistant" && recipient !== undefined ? [recipient] : [],
  )
  const answered = history.filter(message => message.role === "tool").length
  if (called.length > answered) return called.slice(answered).map(unansweredCallMessage)
  const last = history.at(-1)
  const step = turn.steps.at(-1)
  const held = last?.role === "assistant" && last.channel === "final"
  return step?.type === "text" && step.text.trim() !== "" && !held ? [partialAnswer(step.text)] : []
}
