// Why llama.cpp didn't load a file whose header is right: memory ran out, or the file is damaged. It throws the same
// "Failed to load model" for both; what it logged tells them apart.
import { tellsMemoryShortage } from "../base/memoryShortage.ts"

/** `log`: what llama.cpp wrote before. */
export function loadFault(message: string, log: readonly string[]): "outOfMemory" | "modelBroken" {
  return [message, ...log].some(tellsMemoryShortage) ? "outOfMemory" : "modelBroken"
}
