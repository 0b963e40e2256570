// Conclusions as they come → the report that is shown: findings worst first, what passed, what is still to come.
// Pure; whoever examines says when it ended.
import type { DoctorFinding, DoctorReport } from "../../../protocol/endpointPage.ts"
import { type CheckId, type Conclusion, doctorChecks } from "./doctorChecks.ts"
import { counted } from "./plainWords.ts"

export type DoctorEnd = { readonly checkedAt: number; readonly ms: number }

/** While it runs. A check that isn't concluded is pending. */
export function runningReport(conclusions: readonly Conclusion[]): DoctorReport {
  const concluded = new Set(conclusions.map(({ check }) => check))
  const pending = doctorChecks.filter(({ id }) => !concluded.has(id)).map(({ name }) => name)
  return { status: "running", verdict: "Checking…", ...contents(conclusions), pending, outlook: [] }
}

/** Checks that were skipped because an earlier one failed aren't mentioned. */
export function doneReport(conclusions: readonly Conclusion[], end: DoctorEnd): DoctorReport {
  const shown = contents(conclusions)
  const outlook = conclusions.map(each => each.outlook).filter(line => line !== undefined)
  const keeps = works(shown.findings) ? ["Osprey keeps what it saw and adapts to it."] : []
  return {
    status: "done",
    verdict: verdict(shown.findings),
    ...end,
    ...shown,
    pending: [],
    outlook: [...outlook, ...keeps],
  }
}

/** Stopped by the user: what was seen stays, and the rest is no failure. */
export function stoppedReport(conclusions: readonly Conclusion[], end: DoctorEnd): DoctorReport {
  return {
    status: "stopped",
    verdict: "Stopped.",
    ...end,
    ...contents(conclusions),
    pending: [],
    outlook: [],
  }
}

/** Without these nothing is answered at all. */
const vital: ReadonlySet<string> = new Set<CheckId>(["reach", "key", "models", "streaming"])

const weight = { error: 0, warning: 1, info: 2 } as const

function contents(conclusions: readonly Conclusion[]): Pick<DoctorReport, "findings" | "passed"> {
  const inOrder = doctorChecks.flatMap(({ id }) => conclusions.filter(({ check }) => check === id))
  return {
    findings: inOrder
      .flatMap(({ findings }) => findings ?? [])
      .sort((a, b) => weight[a.severity] - weight[b.severity]),
    passed: inOrder.map(({ passed }) => passed).filter(line => line !== undefined),
  }
}

function works(findings: readonly DoctorFinding[]): boolean {
  return !findings.some(({ id, severity }) => severity === "error" && vital.has(id))
}

function verdict(findings: readonly DoctorFinding[]): string {
  const toFix = findings.filter(({ severity }) => severity !== "info").length
  const rest = toFix === 0 ? "" : ` ${counted(toFix, "thing")} to fix.`
  return `${works(findings) ? "Works." : "Doesn't work yet."}${rest}`
}
