// What this computer has for a model, asked of a child process that is started for the question alone: a bad driver may
// take it down, and then there is no graphics card to use.
import type { RuntimeReply } from "./runtimeChild.ts"
import { runtimeProcess } from "./runtimeProcess.ts"

export type MachineFacts = Omit<Extract<RuntimeReply, { type: "probed" }>, "type" | "id">

/** "crashed": the process died of it, or the runtime can't be started. */
export async function probeMachine(mainPath: string, signal: AbortSignal): Promise<MachineFacts | "crashed"> {
  const runtime = runtimeProcess({ mainPath })
  try {
    for await (const reply of runtime.request({ type: "probe" }, signal)) {
      if (reply.type !== "probed") continue
      const { type: _type, id: _id, ...facts } = reply
      return facts
    }
    return "crashed"
  } catch {
    return "crashed"
  } finally {
    runtime.dispose()
  }
}
