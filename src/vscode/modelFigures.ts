// What is known of a model, in the few words of a menu's row: its window, its price, the speed it was seen at. Pure;
// the figures are measured and kept elsewhere.
import { demoContextSize } from "./modelChoices.ts"
import type { ModelChoice } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"

export type ModelFacts = {
  /** Tokens. */
  readonly contextWindow?: number
  /** US dollars per million tokens. */
  readonly price?: { readonly input: number; readonly output: number }
}

export type ModelFigures = {
  /** At an endpoint, or as a file was measured. Undefined: it was never asked. */
  seen(choice: ModelChoice): { readonly tokensPerSecond?: number } | undefined
  /** What an endpoint said of it. */
  facts(choice: ModelChoice): ModelFacts
}

/** "131k context · $0.10 in, $0.50 out per million · 41 tokens/s seen" */
export function figureWords(choice: ModelChoice, figures: ModelFigures, settings: Settings): string {
  return [...factWords(factsOf(choice, figures, settings)), speedWords(figures.seen(choice), choice)].join(
    " · ",
  )
}

/** ["131k context", "$0.10 in, $0.50 out per million"]; what isn't known is left out. */
export function factWords({ contextWindow, price }: ModelFacts): readonly string[] {
  return [
    ...(contextWindow === undefined ? [] : [`${tokenWords(contextWindow)} context`]),
    ...(price === undefined ? [] : [priceWords(price)]),
  ]
}

function factsOf(choice: ModelChoice, { facts }: ModelFigures, { local, endpoint }: Settings): ModelFacts {
  switch (choice.type) {
    case "demo":
      return { contextWindow: demoContextSize }
    case "file":
      return { contextWindow: local.contextSize }
    case "endpoint":
      return {
        ...facts(choice),
        ...(endpoint.contextWindow > 0 && { contextWindow: endpoint.contextWindow }),
      }
  }
}

/** "131k", "1M" */
export function tokenWords(tokens: number): string {
  return tokens < 1_000_000 ? `${Math.floor(tokens / 1000)}k` : `${Math.floor(tokens / 100_000) / 10}M`
}

function priceWords({ input, output }: { readonly input: number; readonly output: number }): string {
  if (input === 0 && output === 0) return "free"
  return `${dollars(input)} in, ${dollars(output)} out per million`
}

/** Two digits after the point, more where a cent is too much: "$0.035". */
function dollars(price: number): string {
  const rounded = price.toFixed(2)
  return `$${Math.abs(Number(rounded) - price) < 1e-9 ? rounded : Number(price.toPrecision(2)).toString()}`
}

function speedWords(seen: { readonly tokensPerSecond?: number } | undefined, { type }: ModelChoice): string {
  const speed = seen?.tokensPerSecond
  if (speed === undefined || speed <= 0) return "not tried yet"
  return `${speed < 10 ? Number(speed.toPrecision(2)) : Math.round(speed)} tokens/s ${type === "file" ? "measured" : "seen"}`
}
