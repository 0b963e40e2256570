// What is known of the models on this computer once they were loaded: what computes for each, how fast it is, with how
// many threads it is best. Measures a file once for what computes it; a measurement is used for nothing else.
import type { Logger } from "../base/logger.ts"
import type { LocalModel, LocalModelOptions } from "../model/local/localModel.ts"
import type { LoadedFacts, LoadHooks } from "../model/local/modelLoader.ts"
import type { PowerWatch } from "../model/local/power/powerWatch.ts"
import { ModelError } from "../model/modelError.ts"
import type { GpuChoice } from "../protocol/runtimeProtocol.ts"
import { computingWords, measuredSentence } from "./computingWords.ts"
import { type Measurement, measurements } from "./localMeasurements.ts"
import type { Memory } from "./recentModels.ts"

export type LocalFigures = {
  /** For the next load of it. `threads`: the user's number; 0: the best one. */
  tuned(modelPath: string, threads: number): NonNullable<LoadHooks["tuned"]>
  /** It is in memory by now; measures it where that wasn't done for what computes it. */
  loaded(load: Load): void
  /** Undefined: not yet with what the setting names. `at`: a file's path, or what its name begins with. */
  measured(
    at: { readonly path: string } | { readonly name: string },
    wanted: GpuChoice,
  ): Measurement | undefined
  /** "Vulkan, 24 of 24 layers", as it was loaded last in this window; undefined before. */
  computing(modelPath: string): string | undefined
}

export type Load = {
  readonly modelPath: string
  readonly model: Pick<LocalModel, "calibrate">
  readonly facts: LoadedFacts
  /** The user's number; 0: the runtime's choice. */
  readonly threads: number
}

export type LocalFiguresOptions = {
  readonly memento: Memory
  readonly power: Pick<PowerWatch, "settled">
  readonly log: Logger
  /** A model was loaded or measured. */
  readonly onChange: () => void
}

export function localFigures({ memento, power, log, onChange }: LocalFiguresOptions): LocalFigures {
  const kept = measurements(memento)
  const loads = new Map<string, Load>()

  async function measureOnce(load: Load): Promise<void> {
    const { modelPath, model, threads } = load
    if (holds(kept.get(modelPath), load)) return
    // The next time it is loaded on mains.
    if (!(await power.settled()).worksAhead) return
    try {
      const found = await model.calibrate(new AbortController().signal)
      if (found === undefined) return
      kept.set(modelPath, { ...found, askedThreads: threads })
      log.info(`${measuredSentence(found)} Computing: ${wordsOf(modelPath) ?? ""}.`)
      onChange()
    } catch (error) {
      // The model was closed meanwhile: it is measured the next time.
      if (error instanceof ModelError && error.kind === "runtimeEnded") return
      log.warn(`The model's speed could not be measured: ${String(error)}`)
    }
  }

  function wordsOf(modelPath: string): string | undefined {
    const load = loads.get(modelPath)
    if (load === undefined) return undefined
    const known = kept.get(modelPath)
    // Measuring takes the best number into use.
    const threads = holds(known, load) ? known.threads : load.facts.threads
    return computingWords({ ...load.facts, threads })
  }

  return {
    tuned: (modelPath, threads) => gpu => tuning(kept.get(modelPath), threads, gpu),
    loaded(load) {
      loads.set(load.modelPath, load)
      log.info(`A model is loaded. Computing: ${computingWords(load.facts)}.`)
      onChange()
      void measureOnce(load)
    },
    measured(at, wanted) {
      const found = "path" in at ? kept.get(at.path) : kept.named(at.name)
      return found !== undefined && wanted === "cpu" && found.gpu !== "none" ? undefined : found
    },
    computing: wordsOf,
  }
}

function holds(known: Measurement | undefined, { facts, threads }: Load): known is Measurement {
  const isSame = known?.gpu === facts.gpu && known.gpuLayers === facts.gpuLayers
  return isSame && known.askedThreads === threads
}

/** `gpu`: what the load asks for; its layers aren't known before. */
function tuning(
  known: Measurement | undefined,
  threads: number,
  gpu: LocalModelOptions["gpu"],
): ReturnType<NonNullable<LoadHooks["tuned"]>> {
  const isSame = known !== undefined && (known.gpu === "none") === (gpu === "cpu" || gpu === false)
  if (!isSame) return { threads, draftTokens: 0 }
  const best = known.askedThreads === 0 ? known.threads : 0
  return { threads: threads === 0 ? best : threads, draftTokens: known.draftTokens }
}
