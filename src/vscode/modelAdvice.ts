// What this computer makes of a model, for whoever is about to download one or to choose a file: the settings, the
// graphics card and earlier measurements put to the formulae of fit. Asks for graphics cards only when told to.
import { gptOss20b, gptOss120b, type ModelFile } from "../model/local/fit/modelNeeds.ts"
import type { ModelFit } from "../protocol/modelOffer.ts"
import type { LocalParts } from "./localParts.ts"
import { modelFit, withCard } from "./modelFit.ts"
import type { Settings } from "./readSettings.ts"
import type { Machine } from "./thisMachine.ts"

export type ModelAdvice = {
  /** Of one that can be downloaded, by its name there: "gpt-oss-20b". Undefined: its needs aren't known. */
  beforeDownload(name: string): ModelFit | undefined
  /** Of a file that is here, of so many bytes. Undefined: it has no gpt-oss model's size. */
  ofFile(modelPath: string, bytes: number): ModelFit | undefined
  /** What is known only by then makes later advice better: asks for graphics cards, unless the settings use none. */
  settled(): Promise<void>
}

export type ModelAdviceOptions = {
  /** Without graphics cards. */
  readonly machine: () => Machine
  readonly local: Pick<LocalParts, "figures" | "graphics" | "lookForGraphics">
  readonly settings: () => Pick<Settings, "local">
}

const known: Readonly<Record<string, ModelFile>> = { "gpt-oss-20b": gptOss20b, "gpt-oss-120b": gptOss120b }

/** Files of one model differ by what their makers wrote into the header, and a little by precision. */
const sizeTolerance = 0.08

export function modelAdvice({ machine, local, settings }: ModelAdviceOptions): ModelAdvice {
  function adviceOn(model: ModelFile, at: Parameters<LocalParts["figures"]["measured"]>[0]): ModelFit {
    const wanted = settings().local
    const measured = local.figures.measured(at, wanted.gpu)
    const computer = withCard(machine(), local.graphics(wanted))
    const download = "name" in at ? model.fileSize : 0
    return modelFit(computer, { model, download, contextSize: wanted.contextSize, measured })
  }

  return {
    beforeDownload(name) {
      const model = known[name]
      return model && adviceOn(model, { name })
    },
    ofFile(path, bytes) {
      const like = Object.values(known).find(({ fileSize }) => Math.abs(bytes / fileSize - 1) < sizeTolerance)
      return like && adviceOn({ ...like, fileSize: bytes }, { path })
    },
    async settled() {
      const { gpu, gpuLayers } = settings().local
      if (gpu !== "cpu" && gpuLayers !== 0) await local.lookForGraphics()
    },
  }
}
