// What another window says of its download, read with the care that any file deserves.
import * as v from "valibot"
import type { ModelDownload } from "../../protocol/modelDownload.ts"

const amount = v.pipe(v.number(), v.minValue(0))
const text = v.pipe(v.string(), v.maxLength(1000))

const phase = v.variant("kind", [
  v.object({ kind: v.literal("starting") }),
  v.object({
    kind: v.literal("running"),
    bytesPerSecond: v.exactOptional(amount),
    secondsLeft: v.exactOptional(amount),
  }),
  v.object({ kind: v.literal("waiting") }),
  v.object({ kind: v.literal("paused") }),
  v.object({ kind: v.literal("checking"), fraction: v.pipe(amount, v.maxValue(1)) }),
  v.object({
    kind: v.literal("failed"),
    title: text,
    sentence: text,
    remedies: v.array(
      v.picklist(["resumeDownload", "downloadElsewhere", "downloadFromAddress", "chooseFile"]),
    ),
  }),
  v.object({ kind: v.literal("ready"), figures: v.exactOptional(text) }),
])

const status = v.object({
  shown: v.object({ label: text, bytes: amount, total: amount, phase }),
  key: v.pipe(v.string(), v.maxLength(100)),
})

/** As a window tells the others of it. */
export type ToldDownload = {
  readonly shown: ModelDownload
  /** Of its source. */
  readonly key: string
}

export function parseStatus(value: unknown): ToldDownload | undefined {
  const parsed = v.safeParse(status, value)
  return parsed.success ? parsed.output : undefined
}
