// What was counted at an endpoint, as label and value. Parts without a figure are left out.
import type { EndpointRecord } from "../protocol/endpointPage.ts"
import { cost, count, duration, speed } from "./figures.ts"

export type Fact = readonly [label: string, value: string]

export function recordFacts(record: EndpointRecord): readonly Fact[] {
  const { answers, toolCalls, malformedCalls, tokensPerSecond, firstTokenMs } = record
  const facts: readonly (Fact | undefined)[] = [
    ["Answers", count(answers)],
    toolCalls === 0 ? undefined : ["Tool calls", `${count(toolCalls)}, ${malformed(malformedCalls)}`],
    tokensPerSecond === undefined ? undefined : ["Speed", speed(tokensPerSecond)],
    firstTokenMs === undefined ? undefined : ["First token after", duration(firstTokenMs)],
    record.cost === undefined ? undefined : ["Cost", cost(record.cost)],
  ]
  return facts.filter(fact => fact !== undefined)
}

function malformed(calls: number): string {
  return calls === 0 ? "none malformed" : `${count(calls)} malformed`
}
