// What a refusal teaches about the endpoint, so that the next request fits: keys to leave out, or how much is read.
// Pure; remembering it and asking again are hostedModel's.
import type { ChatRequestBody } from "./chatRequest.ts"
import type { EndpointFacts } from "./endpointFacts.ts"
import type { HostedFailure } from "./hostedError.ts"
import { refusedKeys } from "./refusedKeys.ts"

export type Lesson = {
  readonly facts: EndpointFacts
  /** Tokens of the refused prompt, where the server counted them. */
  readonly promptTokens?: number
}

/** Tokens. A server can't mean less. */
const smallestWindow = 1024

/** Undefined: nothing that another request could do better. `known`: to which refused keys are added. */
export function lessonOf(
  { error, facts }: HostedFailure,
  body: ChatRequestBody,
  known: EndpointFacts,
): Lesson | undefined {
  if (facts === undefined) return undefined
  const { status, said = "" } = error.detail
  const refused = refusedKeys({ status, said, named: facts.named }, body)
  if (refused.length > 0)
    return { facts: { refusedKeys: [...new Set([...(known.refusedKeys ?? []), ...refused])] } }
  const { contextWindow, promptTokens } = facts
  if (error.kind !== "contextFull" || contextWindow === undefined || contextWindow < smallestWindow)
    return undefined
  return { facts: { contextWindow }, ...(promptTokens !== undefined && { promptTokens }) }
}

/** Tokens. An answer of less isn't worth asking for; a template adds some to every prompt. */
const [smallestOutput, margin] = [256, 64]

/** How long an answer may be after a prompt of so many tokens; undefined: what was asked for is no longer than that. */
export function roomFor(
  contextWindow: number,
  promptTokens: number,
  body: ChatRequestBody,
): number | undefined {
  const room = contextWindow - promptTokens - margin
  const asked = body.max_tokens ?? body.max_completion_tokens ?? 0
  return room >= smallestOutput && room < asked ? room : undefined
}
