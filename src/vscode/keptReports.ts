// The last finished report of each endpoint and model, in VS Code's own memory for the extension. Read with
// suspicion, as another version may have written it; endpoints that weren't checked for long are forgotten.
import * as v from "valibot"
import type { DoctorReport } from "../protocol/endpointPage.ts"
import type { Memory } from "./recentModels.ts"

export type KeptReports = {
  get(key: string): DoctorReport | undefined
  keep(key: string, report: DoctorReport): Promise<void>
}

const maxKept = 12
const name = "osprey.endpointReports"

const text = v.pipe(v.string(), v.maxLength(4000))
const texts = v.pipe(v.array(text), v.maxLength(100))
const figure = v.pipe(v.number(), v.finite(), v.minValue(0))

const finding = v.object({
  id: text,
  severity: v.picklist(["error", "warning", "info"]),
  title: text,
  reason: text,
  remedy: v.exactOptional(text),
  meanwhile: v.exactOptional(text),
})

const stored = v.object({
  key: text,
  report: v.object({
    status: v.literal("done"),
    verdict: text,
    checkedAt: v.exactOptional(figure),
    ms: v.exactOptional(figure),
    findings: v.pipe(v.array(finding), v.maxLength(100)),
    passed: texts,
    pending: texts,
    outlook: texts,
  }),
})

export function keptReports(memory: Memory): KeptReports {
  function list() {
    const value = memory.get(name)
    if (!Array.isArray(value)) return []
    return value.flatMap((each: unknown) => {
      const parsed = v.safeParse(stored, each)
      return parsed.success ? [parsed.output] : []
    })
  }
  return {
    get: key => list().find(kept => kept.key === key)?.report,
    async keep(key, report) {
      const others = list().filter(kept => kept.key !== key)
      await memory.update(name, [{ key, report }, ...others].slice(0, maxKept))
    },
  }
}
