// One answer to one of the doctor's questions, as the judgements read it. Data only.
import type { ToolCall } from "../../../harmony/message.ts"
import type { FinishReason, Usage } from "../../languageModel.ts"
import type { ModelError } from "../../modelError.ts"
import type { EndpointFacts } from "../endpointFacts.ts"

export type ProbeAnswer = {
  /** Absent: it ended properly. */
  readonly error?: ModelError
  /** In how many pieces text and reasoning came. */
  readonly pieces: number
  readonly reasoning: string
  readonly text: string
  readonly calls: readonly ToolCall[]
  /** Codes of the tolerant reader. */
  readonly problems: readonly string[]
  readonly finish?: FinishReason
  readonly usage?: Usage
  /** What the product's own machinery learnt of the endpoint up to this answer. */
  readonly learnt: EndpointFacts
}

/** Harmony came through as text, with or without its control tokens. */
export function isLeaked({ problems, text }: ProbeAnswer): boolean {
  return (
    problems.some(code => code.startsWith("leaked_")) ||
    /<\|(?:start|channel|message|call|return|end)\|>/.test(text) ||
    /^analysis\S[\s\S]*assistant(?:final|commentary)/.test(text)
  )
}
