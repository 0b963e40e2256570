// A preset's dialect with what was learnt of one model there laid over it. Pure; a fact that has gone leaves the
// preset's own word as it was.
import type { ChatDialect } from "./chatDialect.ts"
import type { EndpointFacts } from "./endpointFacts.ts"
import type { Preset } from "./presets.ts"

/**
 * Keys inside messages are named with `messages.` before them ("messages.reasoning"), so that they differ from those
 * of the request itself. `messages.content` stands for words beside reasoning and calls.
 */
export function dialectOf(preset: Preset, facts: EndpointFacts): ChatDialect {
  const { dialect } = preset
  const refused = new Set(facts.refusedKeys)
  const efforts = dialect.effort === null ? [] : [dialect.effort, ...preset.otherEfforts]
  const session = dialect.sessionField
  return {
    ...dialect,
    reasoningField: reasoningFieldOf(dialect, facts, refused),
    effort: efforts.find(form => !refused.has(form)) ?? null,
    asksForUsage: dialect.asksForUsage && !refused.has("stream_options"),
    structuredOutput: refused.has("response_format") ? null : dialect.structuredOutput,
    sessionField: session !== null && refused.has(session) ? null : session,
    preambleWithCalls: refused.has("messages.content") ? "leftOut" : dialect.preambleWithCalls,
    namesToolResults: dialect.namesToolResults && !refused.has("messages.name"),
    rawCompletions: facts.rawCompletions === undefined ? dialect.rawCompletions : facts.rawCompletions,
  }
}

/** Under "received" nothing goes back until the server's own name for it is known. */
function reasoningFieldOf(
  { reasoningField }: ChatDialect,
  facts: EndpointFacts,
  refused: ReadonlySet<string>,
): ChatDialect["reasoningField"] {
  const wished = reasoningField === "received" ? (facts.reasoningField ?? "received") : reasoningField
  if (wished === null || wished === "received" || !refused.has(`messages.${wished}`)) return wished
  // Reasoning blocks have a plain form, which more servers take.
  return wished === "reasoning_details" && !refused.has("messages.reasoning") ? "reasoning" : null
}
