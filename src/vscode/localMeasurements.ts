// How fast each model file was on this computer, kept by VS Code on this computer and never synced. What stands there
// is checked as it is read.
import * as v from "valibot"
import type { Calibration } from "../model/local/localModel.ts"
import type { Memory } from "./recentModels.ts"

export type Measurements = {
  get(modelPath: string): Calibration | undefined
  set(modelPath: string, measured: Calibration): void
}

const name = "osprey.modelSpeeds"
/** The oldest gives way. */
const most = 20

const speed = v.pipe(v.number(), v.gtValue(0))
const schema = v.array(
  v.tuple([
    v.string(),
    v.object({
      threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
      promptTokensPerSecond: speed,
      generationTokensPerSecond: speed,
    }),
  ]),
)

export function measurements(memory: Memory): Measurements {
  const all = () => {
    const parsed = v.safeParse(schema, memory.get(name))
    return parsed.success ? parsed.output : []
  }
  return {
    get: modelPath => all().find(([known]) => known === modelPath)?.[1],
    set(modelPath, measured) {
      const others = all().filter(([known]) => known !== modelPath)
      void memory.update(name, [...others, [modelPath, measured]].slice(-most))
    },
  }
}
