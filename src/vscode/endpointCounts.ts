// The counts of one model at one endpoint, as data: how they grow, how they are read back, and the record that is
// shown of them. Pure; everything in it has a bound.
import * as v from "valibot"
import type { ModelObservation } from "../model/observedModel.ts"
import type { EndpointRecord } from "../protocol/endpointPage.ts"

export type EndpointCounts = {
  /** Milliseconds since the epoch of the last addition. */
  readonly at: number
  readonly answers: number
  readonly toolCalls: number
  readonly malformedCalls: number
  /** By code. */
  readonly problems: Readonly<Record<string, number>>
  /** Of the last answers, latest last. */
  readonly tokensPerSecond: readonly number[]
  readonly firstTokenMs: readonly number[]
  /** US dollars; absent where the endpoint never said one. */
  readonly cost?: number
}

export const noCounts: EndpointCounts = {
  at: 0,
  answers: 0,
  toolCalls: 0,
  malformedCalls: 0,
  problems: {},
  tokensPerSecond: [],
  firstTokenMs: [],
}

/** Answers that a median is made of. */
const lastAnswers = 20
/** The tolerant reader has some twenty codes. */
const maxProblems = 60
/** Tokens; the speed of shorter answers says little. */
const enoughTokens = 16

export function grownCounts(counts: EndpointCounts, seen: ModelObservation, at: number): EndpointCounts {
  const { usage } = seen
  const cost = usage?.cost === undefined ? counts.cost : (counts.cost ?? 0) + usage.cost
  const isMeasured = seen.answered && usage !== undefined
  const speed = isMeasured ? speedOf(usage.generatedTokens, usage.generationMs) : undefined
  return {
    at,
    answers: counts.answers + (seen.answered ? 1 : 0),
    toolCalls: counts.toolCalls + seen.toolCalls,
    malformedCalls: counts.malformedCalls + seen.malformedCalls,
    problems: seen.problems.reduce(withProblem, counts.problems),
    tokensPerSecond: withLast(counts.tokensPerSecond, speed),
    firstTokenMs: withLast(counts.firstTokenMs, isMeasured ? usage.firstTokenMs : undefined),
    ...(cost !== undefined && { cost }),
  }
}

export function recordOf(counts: EndpointCounts): EndpointRecord {
  const { answers, toolCalls, malformedCalls, cost } = counts
  const problems = Object.entries(counts.problems).map(([code, count]) => ({ code, count }))
  const [speed, firstToken] = [median(counts.tokensPerSecond), median(counts.firstTokenMs)]
  return {
    answers,
    toolCalls,
    malformedCalls,
    problems: problems.sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1)),
    ...(speed !== undefined && { tokensPerSecond: speed }),
    ...(firstToken !== undefined && { firstTokenMs: firstToken }),
    ...(cost !== undefined && { cost }),
  }
}

const figure = v.pipe(v.number(), v.finite(), v.minValue(0))
const count = v.pipe(figure, v.integer())
const figures = v.pipe(v.array(figure), v.maxLength(lastAnswers))
const code = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,59}$/))

const stored = v.object({
  key: v.pipe(v.string(), v.maxLength(4000)),
  at: figure,
  answers: count,
  toolCalls: count,
  malformedCalls: count,
  problems: v.pipe(
    v.record(code, count),
    v.check(problems => Object.keys(problems).length <= maxProblems),
  ),
  tokensPerSecond: figures,
  firstTokenMs: figures,
  cost: v.exactOptional(figure),
})

/** Counts by key; entries that can't be read are left out. */
export function parsedCounts(value: unknown): readonly (readonly [string, EndpointCounts])[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((each: unknown) => {
    const parsed = v.safeParse(stored, each)
    if (!parsed.success) return []
    const { key, ...counts } = parsed.output
    return [[key, counts] as const]
  })
}

function withProblem(
  problems: Readonly<Record<string, number>>,
  added: string,
): Readonly<Record<string, number>> {
  const isKnown = Object.hasOwn(problems, added)
  if (!v.is(code, added) || (!isKnown && Object.keys(problems).length >= maxProblems)) return problems
  return { ...problems, [added]: (isKnown ? (problems[added] ?? 0) : 0) + 1 }
}

/** An answer that came in one piece has no speed. */
function speedOf(tokens: number, ms: number): number | undefined {
  return tokens >= enoughTokens && ms > 0 ? tokens / (ms / 1000) : undefined
}

function withLast(figures: readonly number[], figure: number | undefined): readonly number[] {
  if (figure === undefined || !Number.isFinite(figure) || figure < 0) return figures
  return [...figures, figure].slice(-lastAnswers)
}

function median(figures: readonly number[]): number | undefined {
  const sorted = [...figures].sort((one, other) => one - other)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
