// The endpoint doctor: examines one model at one endpoint and reports as it goes. Nothing of the user's is sent; what
// was seen is kept, so that requests follow it, and every examination starts from nothing known.
import type { DoctorReport } from "../../../protocol/endpointPage.ts"
import type { RawForm } from "../chatDialect.ts"
import type { EndpointMemory } from "../endpointFacts.ts"
import { endpointUrl } from "../endpointUrl.ts"
import type { HostedModelOptions } from "../hostedModel.ts"
import { type Preset, presetOf } from "../presets.ts"
import type { Conclusion } from "./doctorChecks.ts"
import { doneReport, runningReport, stoppedReport } from "./doctorSheet.ts"
import { examination } from "./examination.ts"
import { type Patience, usualPatience } from "./examined.ts"
import { foreign } from "./plainWords.ts"

export type ExamineOptions = {
  /** As the user entered it. */
  readonly baseUrl: string
  readonly model: string
  /** The key that was stored for exactly this origin. */
  readonly key: string | undefined
  /** Default: that of the address. */
  readonly preset?: Preset
  /** Learns what was seen. */
  readonly memory: EndpointMemory
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly signal: AbortSignal
  /** Which raw form answers with token ids here; null: none does. */
  readonly rawProbe: (signal: AbortSignal) => Promise<RawForm | null>
  /** What the product adds to its requests here: routing, headers. */
  readonly additions?: Pick<HostedModelOptions, "extra" | "headers">
  readonly patience?: Partial<Patience>
}

/** A report at once and after every check. The last is "done", or "stopped" after an abort. Never throws. */
export async function* examineEndpoint(options: ExamineOptions): AsyncGenerator<DoctorReport> {
  const { memory, now, signal, rawProbe } = options
  const startedAt = now()
  const conclusions: Conclusion[] = []
  const end = () => ({ checkedAt: now(), ms: Math.max(0, now() - startedAt) })
  yield runningReport(conclusions)
  const endpoint = endpointUrl(options.baseUrl)
  if (!endpoint.ok) {
    yield doneReport([badAddress(endpoint.sentence)], end())
    return
  }
  const key = options.key?.trim()
  const examined = {
    baseUrl: endpoint.baseUrl,
    isLoopback: endpoint.isLoopback,
    model: options.model,
    key: key === "" ? undefined : key,
    preset: options.preset ?? presetOf(options.baseUrl),
    additions: options.additions ?? {},
    now,
    signal,
    patience: { ...usualPatience, ...options.patience },
  }
  for await (const conclusion of examination({ examined, memory, rawProbe })) {
    if (signal.aborted) break
    conclusions.push(conclusion)
    yield runningReport(conclusions)
  }
  yield signal.aborted ? stoppedReport(conclusions, end()) : doneReport(conclusions, end())
}

function badAddress(sentence: string): Conclusion {
  const title = "This address can't be used"
  return { check: "reach", findings: [{ id: "reach", severity: "error", title, reason: foreign(sentence) }] }
}
