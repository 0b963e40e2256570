// What this computer has for a model, asked of a child process that is started for the question alone: a bad driver may
// take it down, and then there is no graphics card to use.
import { ModelError } from "../modelError.ts"
import type { CudaPlace } from "./childEnvironment.ts"
import type { RuntimeReply } from "./runtimeChild.ts"
import { runtimeProcess } from "./runtimeProcess.ts"

export type MachineFacts = Omit<Extract<RuntimeReply, { type: "probed" }>, "type" | "id">

/** A driver that hangs is as good as one that crashes. Milliseconds. */
const limitMs = 30_000

/**
 * "crashed": the process died of it or gave no answer in time. "noRuntime": it can't run here at all. Without `cuda`
 * it doesn't look for that.
 */
export async function probeMachine(
  mainPath: string,
  signal: AbortSignal,
  cuda?: CudaPlace,
  withinMs = limitMs,
): Promise<MachineFacts | "crashed" | "noRuntime"> {
  const runtime = runtimeProcess({ mainPath, cuda: () => cuda })
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(withinMs)])
  try {
    for await (const reply of runtime.request({ type: "probe" }, inTime)) {
      if (reply.type === "failed" && reply.kind === "noBinary") return "noRuntime"
      if (reply.type !== "probed") continue
      const { type: _type, id: _id, ...facts } = reply
      return facts
    }
    return "crashed"
  } catch (error) {
    return error instanceof ModelError && error.kind === "noBinary" ? "noRuntime" : "crashed"
  } finally {
    void runtime.dispose()
  }
}
