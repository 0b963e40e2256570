// The model under evaluation, as the product runs it: the built runtime's child process behind the local model.
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { localModel } from "../../src/model/local/localModel.ts"
import { runtimeProcess } from "../../src/model/local/runtimeProcess.ts"

const mainPath = fileURLToPath(new URL("../../dist/runtime/main.mjs", import.meta.url))

export type DemoModel = { readonly model: LanguageModel; readonly stop: () => Promise<void> }

/** Greedy, on one thread of the processor. Needs `npm run build`. */
export function demoModel(modelPath: string): DemoModel {
  if (!existsSync(mainPath)) throw new Error("dist/runtime is missing: run `npm run build` first")
  const runtime = runtimeProcess({ mainPath })
  const options = {
    label: "Demo model",
    contextSize: 8192,
    outputLimit: 600,
    threads: 1,
    gpu: false,
    temperature: 0,
  }
  return { model: localModel({ runtime, modelPath, ...options }), stop: () => runtime.stop() }
}
