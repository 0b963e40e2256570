// What the answer to "call this function" says about an endpoint's tool calls. Pure: an answer in, a conclusion out.
import type { DoctorFinding } from "../../../protocol/endpointPage.ts"
import type { Conclusion } from "./doctorChecks.ts"
import type { Place } from "./placeFindings.ts"
import { itSaid } from "./plainWords.ts"
import { isLeaked, type ProbeAnswer } from "./probeAnswer.ts"
import { serverWords } from "./serverKinds.ts"

/** `tool` was the one offered, the only one. */
export function judgeTools(answer: ProbeAnswer, tool: string, place: Place): Conclusion {
  const found = finding(answer, tool, place)
  return found === undefined
    ? { check: "tools", passed: "Tool calls" }
    : { check: "tools", findings: [found] }
}

function finding(answer: ProbeAnswer, tool: string, place: Place): DoctorFinding | undefined {
  const { error, calls, text } = answer
  if (error !== undefined) return refused.has(error.kind) ? refusedTools(answer, place) : unknown(answer)
  if (answer.learnt.refusedKeys?.includes("tools")) return refusedTools(answer, place)
  const call = calls.find(({ name }) => name === tool)
  if (call?.arguments && !isLeaked(answer)) return undefined
  if (call?.arguments) return asText("Until then Osprey reads the calls out of the text.", place)
  if (call !== undefined)
    return {
      ...common,
      severity: "warning",
      title: "A tool call came back damaged",
      reason: "Its arguments couldn't be read. That happens now and then; check again.",
      meanwhile: "Osprey tells the model what was wrong and lets it try again.",
    }
  if (isLeaked(answer) || looksLikeCall(text, tool))
    return asText("Osprey runs nothing that it can't read for sure.", place)
  return {
    ...common,
    severity: "warning",
    title: "The model called no tool when asked to",
    reason:
      remedyOf(place).remedy === undefined
        ? "The server may not offer tools to the model. Check again; if it stays so, choose another server."
        : `The server may not offer tools to the model. ${reasonOf(place)}`,
    ...remedyOf(place),
    meanwhile: "The chat may be unable to read or change files here.",
  }
}

const common = { id: "tools", severity: "error" } as const

/** Ways of saying no to a request with tools; an old llama-server says it with a status of 500. */
const refused: ReadonlySet<string> = new Set(["badRequest", "serverError", "modelNotFound", "badResponse"])

function refusedTools({ error }: ProbeAnswer, place: Place): DoctorFinding {
  return {
    ...common,
    title: "The server refuses tools",
    reason: `${reasonOf(place)}${remedyOf(place).remedy === undefined && error !== undefined ? itSaid(error) : ""}`,
    ...remedyOf(place),
    meanwhile: "The chat can't read or change files here until then.",
  }
}

function asText(meanwhile: string, place: Place): DoctorFinding {
  return {
    ...common,
    title: "Tool calls come back as plain text",
    reason: reasonOf(place),
    ...remedyOf(place),
    meanwhile,
  }
}

function unknown({ error }: ProbeAnswer): DoctorFinding {
  return {
    ...common,
    severity: "warning",
    title: "Tool calls couldn't be checked",
    reason:
      error?.kind === "timeout"
        ? "No answer came in time. Check again later."
        : "The server broke off or was too busy. Check again later.",
  }
}

function looksLikeCall(text: string, tool: string): boolean {
  return text.includes(tool) || /^\s*(?:```(?:json)?\s*)?\{\s*"(?:name|word|function|arguments)"/.test(text)
}

function reasonOf({ server }: Place): string {
  return serverWords[server].toolsReason ?? "The server doesn't read gpt-oss's tool calls."
}

function remedyOf({ server }: Place): { readonly remedy?: string } {
  const { tools } = serverWords[server]
  return tools === undefined ? {} : { remedy: tools }
}
