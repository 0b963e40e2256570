// How fast each model file was on this computer, kept by VS Code on this computer and never synced. What stands there
// is checked as it is read.
import path from "node:path"
import * as v from "valibot"
import type { Calibration } from "../model/local/localModel.ts"
import type { Memory } from "./recentModels.ts"

export type Measurement = Calibration & {
  /** The number that the user had set; 0: the best one was looked for. */
  readonly askedThreads: number
}

export type Measurements = {
  get(modelPath: string): Measurement | undefined
  /** Of the file measured last whose name begins so, wherever it lies: "gpt-oss-20b". */
  named(name: string): Measurement | undefined
  set(modelPath: string, measured: Measurement): void
}

const name = "osprey.modelSpeeds"
/** The oldest gives way. */
const most = 20

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const speed = v.pipe(v.number(), v.gtValue(0))
const schema = v.array(
  v.tuple([
    v.string(),
    v.object({
      threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
      askedThreads: count,
      promptTokensPerSecond: speed,
      generationTokensPerSecond: speed,
      draftTokens: count,
      gpu: v.string(),
      gpuLayers: count,
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
    named: start => all().findLast(([known]) => path.basename(known).toLowerCase().startsWith(start))?.[1],
    set(modelPath, measured) {
      const others = all().filter(([known]) => known !== modelPath)
      void memory.update(name, [...others, [modelPath, measured]].slice(-most))
    },
  }
}
