// What a model file says of itself, read by the runtime's own bounded reader in its process; nothing is loaded.
import type { ModelFile } from "./fit/modelNeeds.ts"
import type { RuntimeProcess } from "./runtimeProcess.ts"

/** From this size on it is gpt-oss-120b, which uses 4 of 128 experts and not of 32. Bytes. */
const largeModel = 30e9

/** Undefined where the file can't be read: loading it says why. */
export async function inspectModel(
  runtime: RuntimeProcess,
  modelPath: string,
  signal: AbortSignal,
): Promise<ModelFile | undefined> {
  try {
    for await (const reply of runtime.request({ type: "inspect", modelPath }, signal)) {
      if (reply.type !== "inspected") continue
      const { fileSize, expertBytes, keyValueBytes } = reply
      return { fileSize, expertBytes, keyValueBytes, expertShare: fileSize > largeModel ? 4 / 128 : 4 / 32 }
    }
  } catch {
    // Neither does the process start for loading, and that is told.
  }
  return undefined
}
