// What menus, status bar and page say of models on this computer once they were loaded: how fast they are here, and
// what computes for them.
import path from "node:path"
import type { MeasuredSpeed } from "../model/local/fit/fitAdvice.ts"
import { measuredWords } from "../model/local/fit/measuredWords.ts"
import { measuredSentence } from "./computingWords.ts"
import type { LocalParts } from "./localParts.ts"
import { roleModels } from "./modelChoices.ts"
import type { ModelFigures } from "./modelFigures.ts"
import type { ModelChoice } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"

export type LocalWords = {
  /** For a menu of models. */
  seen(modelPath: string): ReturnType<ModelFigures["seen"]>
  /** Of the chat's model, if it is a file in this folder: what was measured, as a sentence. */
  measuredIn(folder: string): string | undefined
  /** For ghost text: "processor, 3 threads · 13 tokens/s measured"; undefined before its model is loaded. */
  computing(): string | undefined
}

export type LocalWordsOptions = {
  readonly local: Pick<LocalParts, "figures">
  readonly settings: () => Settings
}

export function localWords({ local, settings }: LocalWordsOptions): LocalWords {
  function measured(modelPath: string): MeasuredSpeed | undefined {
    return local.figures.measured({ path: modelPath }, settings().local.gpu)
  }

  return {
    seen(modelPath) {
      const speed = measured(modelPath)
      return speed && { tokensPerSecond: speed.generationTokensPerSecond }
    },
    measuredIn(folder) {
      const file = fileOf(roleModels("chat", settings()).chosen)
      const speed = file !== undefined && path.dirname(file) === folder ? measured(file) : undefined
      return speed && measuredSentence(speed)
    },
    computing() {
      const file = fileOf(roleModels("completion", settings()).chosen)
      const words = file && local.figures.computing(file)
      if (file === undefined || words === undefined) return undefined
      const speed = measured(file)
      return speed === undefined
        ? words
        : `${words} · ${measuredWords(speed.generationTokensPerSecond)} measured`
    },
  }
}

function fileOf(choice: ModelChoice | undefined): string | undefined {
  return choice?.type === "file" ? choice.path : undefined
}
