// The doctor's report as text for an issue or a message to whoever runs the server. Holds what the page shows and
// nothing else: no key, no conversation, no file.
import type {
  DoctorFinding,
  DoctorReport,
  EndpointPage,
  EndpointRecord,
} from "../../../protocol/endpointPage.ts"
import { withoutKeys } from "../serverSaid.ts"
import { count, counted } from "./plainWords.ts"

/** Markdown that also reads as plain text. */
export function reportText(
  report: DoctorReport,
  page: Pick<EndpointPage, "place" | "model" | "preset" | "record">,
): string {
  const sections = [
    [`# Osprey: ${page.place}`, "", `Model: ${page.model}`, `Endpoint: ${page.preset}`],
    [verdictLine(report)],
    ...report.findings.map(findingLines),
    report.passed.length === 0 ? [] : ["Passed:", "", ...report.passed.map(line => `- ${line}`)],
    report.pending.length === 0 ? [] : [`Not checked yet: ${report.pending.join(", ")}`],
    report.outlook,
    page.record === undefined ? [] : recordLines(page.record),
  ]
  const text = sections.filter(lines => lines.length > 0).map(lines => lines.join("\n"))
  return `${withoutKeys(text.join("\n\n"), undefined)}\n`
}

function verdictLine({ verdict, checkedAt, ms }: DoctorReport): string {
  const at = checkedAt === undefined ? "" : ` Checked ${new Date(checkedAt).toISOString()}`
  const took = ms === undefined || at === "" ? "" : `, ${count(Math.max(1, Math.round(ms / 1000)))} s`
  return `${verdict}${at}${took}${at === "" ? "" : "."}`
}

const marks = { error: "Error", warning: "Warning", info: "Note" } as const

function findingLines({ severity, title, reason, remedy, meanwhile }: DoctorFinding): readonly string[] {
  return [
    `## ${marks[severity]}: ${title}`,
    "",
    reason,
    ...(remedy === undefined ? [] : ["", ...remedy.split("\n").map(line => `    ${line}`)]),
    ...(meanwhile === undefined ? [] : ["", meanwhile]),
  ]
}

function recordLines(record: EndpointRecord): readonly string[] {
  const problems = record.problems.map(each => `${each.code} ${count(each.count)}`).join(", ")
  return [
    `Counted on this computer: ${counted(record.answers, "answer")}, ${counted(record.toolCalls, "tool call")}, ${count(record.malformedCalls)} malformed.`,
    ...(problems === "" ? [] : [`Problems: ${problems}`]),
  ]
}
