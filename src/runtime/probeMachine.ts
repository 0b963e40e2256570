// What this computer has for a model: graphics cards that llama.cpp finds, cores, memory. Loads drivers to ask them, so
// it runs in a process of its own, which a bad driver may take down.
import { totalmem } from "node:os"
import type { RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import { gpusToTry, startEngine } from "./llamaEngine.ts"

type Probed = Extract<RuntimeToHost, { type: "probed" }>

/** Throws noBinary where llama.cpp doesn't run at all. */
export async function probeMachine(): Promise<Omit<Probed, "type" | "id">> {
  const gpus: Probed["gpus"] = []
  for (const gpu of await gpusToTry()) {
    const engine = await startEngine(gpu)
    if (engine === undefined) continue
    const { total, free } = await engine.memory()
    gpus.push({ gpu, devices: [...engine.devices], memory: total, freeMemory: free })
    await engine.dispose()
  }
  const processor = await startEngine(undefined)
  return {
    gpus,
    cores: processor?.cores ?? 1,
    memory: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    availableMemory: process.availableMemory(),
  }
}
