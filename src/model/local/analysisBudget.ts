// How much a model may think before it has to answer: gpt-oss can think until its tokens are spent, and then there is
// no answer at all. Only counts; who ends the thinking is localTurn.ts.
import type { Conversation } from "../../harmony/message.ts"
import type { Segment } from "../../protocol/segment.ts"

/** Tokens of thinking per answer, by effort. */
export type AnalysisBudgets = { readonly low: number; readonly medium: number; readonly high: number }

export const analysisBudgets: AnalysisBudgets = { low: 2048, medium: 8192, high: 24_576 }

/** Of the room, so that there is an answer, and that the effort matters in a small context too. */
const shares: AnalysisBudgets = { low: 1 / 4, medium: 1 / 2, high: 3 / 4 }

/** In tokens; `room` is what the context has left for thinking and answer together. */
export function analysisBudget(
  conversation: Conversation,
  room: number,
  budgets: AnalysisBudgets = analysisBudgets,
): number {
  const effort = effortOf(conversation)
  return Math.min(budgets[effort], Math.floor(room * shares[effort]))
}

/** What ends a message of thinking and begins the answer to the user. */
export const forcedAnswer: readonly Segment[] = [
  { control: "end" },
  { control: "start" },
  { text: "assistant" },
  { control: "channel" },
  { text: "final" },
  { control: "message" },
]

/** The last word counts, as for the model; medium is what gpt-oss takes when nothing is said. */
function effortOf({ messages }: Conversation): keyof AnalysisBudgets {
  const efforts = messages.flatMap(({ content }) =>
    typeof content === "object" && "system" in content ? (content.system.reasoningEffort ?? []) : [],
  )
  return efforts.at(-1) ?? "medium"
}
