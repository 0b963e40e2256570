// An endpoint's page as plain text, for a bug report or a colleague. Says what the page says, and no key, as the
// page has none.
import type { DoctorFinding, EndpointPage } from "../protocol/endpointPage.ts"
import { clockTime, duration, wholeSeconds } from "./figures.ts"
import { problemWords } from "./problemWords.ts"
import { recordFacts } from "./recordFacts.ts"
import { remedyText } from "./remedyLines.ts"

export const severityWords = { error: "Error", warning: "Warning", info: "Note" } as const

/** `now`: milliseconds since the epoch. */
export function reportText(page: EndpointPage, now: number): string {
  const { place, model, preset, report, record, account } = page
  const blocks = [
    [
      `Osprey’s check of ${place}`,
      `${model}, ${preset}`,
      ...(report === undefined ? [] : [verdictLine(page, now)]),
    ],
    ...(report?.findings.map(findingLines) ?? []),
    (report?.passed ?? []).map(check => `Passed: ${check}`),
    report?.outlook ?? [],
    record === undefined ? [] : recordFacts(record).map(([label, value]) => `${label}: ${value}`),
    (record?.problems ?? []).map(({ code, count }) => `${problemWords(code)}: ${count}`),
    account,
  ]
  return blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join("\n"))
    .join("\n\n")
}

/** "Works. 2 things to fix. Checked 14:31, 6 s." */
export function verdictLine({ report }: EndpointPage, now: number): string {
  if (report === undefined) return "Not checked yet."
  const { verdict, status, checkedAt, ms } = report
  if (status !== "done" || checkedAt === undefined) return verdict
  return `${verdict} Checked ${clockTime(checkedAt, now)}${ms === undefined ? "" : `, ${ms < 950 ? duration(ms) : wholeSeconds(ms)}`}.`
}

function findingLines({ severity, title, reason, remedy, meanwhile }: DoctorFinding): readonly string[] {
  return [
    `${severityWords[severity]}: ${title}`,
    reason,
    ...(remedy === undefined ? [] : remedyText(remedy).replace(/^/gm, "    ").split("\n")),
    ...(meanwhile === undefined ? [] : [meanwhile]),
  ].filter(line => line !== "")
}
