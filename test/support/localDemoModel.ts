// The demo model behind the port, in a runtime of the test's own, with one thread and no chance in it.
import { type LocalModel, type LocalModelOptions, localModel } from "../../src/model/local/localModel.ts"
import type { RuntimeProcess } from "../../src/model/local/runtimeProcess.ts"
import { demoModelPath } from "./runtimeTest.ts"

export function localDemoModel(
  runtime: RuntimeProcess,
  options: Partial<LocalModelOptions> = {},
): LocalModel {
  return localModel({
    ...{ runtime, modelPath: demoModelPath, label: "Demo model" },
    ...{ contextSize: 4096, threads: 1, gpu: false, temperature: 0 },
    ...options,
  })
}
