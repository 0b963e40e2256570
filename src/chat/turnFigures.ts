// The figures under an answer, gathered over all its model turns. Counts what is streamed, too: a model turn that
// was cut off reports no usage.
import type { ModelDescription, Usage } from "../model/languageModel.ts"
import type { TurnMeta } from "../protocol/chatState.ts"

export type TurnFigures = {
  /** Text of one kind that arrived, as so many tokens. */
  streamed(type: "reasoning" | "preamble" | "text", tokens: number): void
  /** A model turn's own figures: they replace what was counted in it. */
  reported(usage: Usage): void
  meta(): TurnMeta
}

/** `earlier`: of the same answer, before it was paused or interrupted. */
export function turnFigures(model: ModelDescription, earlier?: TurnMeta): TurnFigures {
  const usages: Usage[] = []
  let reasoned = 0
  let open = { tokens: 0, reasoning: 0 }
  return {
    streamed(type, tokens) {
      open.tokens += tokens
      if (type === "reasoning") open.reasoning += tokens
    },
    reported(usage) {
      usages.push(usage)
      reasoned += usage.reasoningTokens ?? open.reasoning
      open = { tokens: 0, reasoning: 0 }
    },
    meta() {
      const isUncounted = open.tokens > 0 && model.where === "hosted"
      const reasoningTokens = (earlier?.reasoningTokens ?? 0) + reasoned + open.reasoning
      return {
        model: model.label,
        tokens: (earlier?.tokens ?? 0) + sum(usages, usage => usage.generatedTokens) + open.tokens,
        ...(reasoningTokens > 0 && { reasoningTokens }),
        ...speeds(usages, earlier),
        ...prompts(usages, earlier),
        ...costs(usages, earlier),
        ...((isUncounted || earlier?.isEstimate === true || usages.some(usage => usage.isEstimate)) && {
          isEstimate: true,
        }),
      }
    },
  }
}

/** Over the time of generating alone: neither tools nor reading a prompt count. */
function speeds(usages: readonly Usage[], earlier: TurnMeta | undefined): Partial<TurnMeta> {
  const seconds = sum(usages, usage => usage.generationMs) / 1000
  const tokensPerSecond =
    seconds > 0 ? sum(usages, usage => usage.generatedTokens) / seconds : earlier?.tokensPerSecond
  const firstTokenMs = earlier?.firstTokenMs ?? usages[0]?.firstTokenMs
  return {
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    ...(firstTokenMs !== undefined && { firstTokenMs }),
  }
}

/** The last prompt is what the conversation takes by now; the reused share is that of all prompts. */
function prompts(usages: readonly Usage[], earlier: TurnMeta | undefined): Partial<TurnMeta> {
  const promptTokens = usages.at(-1)?.promptTokens ?? earlier?.promptTokens
  const counted = usages.filter(usage => usage.isEstimate !== true)
  const prompt = sum(counted, usage => usage.promptTokens)
  const reused = prompt > 0 ? sum(counted, usage => usage.reusedTokens) / prompt : earlier?.reused
  return {
    ...(promptTokens !== undefined && promptTokens > 0 && { promptTokens }),
    ...(reused !== undefined && { reused }),
  }
}

function costs(usages: readonly Usage[], earlier: TurnMeta | undefined): Partial<TurnMeta> {
  const known = [earlier?.cost, ...usages.map(usage => usage.cost)].filter(cost => cost !== undefined)
  const provider = usages.findLast(usage => usage.provider !== undefined)?.provider ?? earlier?.provider
  return {
    ...(known.length > 0 && { cost: known.reduce((total, cost) => total + cost, 0) }),
    ...(provider !== undefined && { provider }),
  }
}

function sum(usages: readonly Usage[], pick: (usage: Usage) => number): number {
  return usages.reduce((total, usage) => total + pick(usage), 0)
}
