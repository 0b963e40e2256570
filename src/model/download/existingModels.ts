// gpt-oss models that other programs have on this computer: looked for when a person asks, never by itself. Reads
// names and a few bytes of each; changes nothing.
import { realpath } from "node:fs/promises"
import os from "node:os"
import { cachedFilesOf } from "./cachedFiles.ts"
import { ggufArchitecture } from "./ggufArchitecture.ts"
import { type ModelCache, modelCaches } from "./modelCaches.ts"

export type ExistingModel = {
  readonly path: string
  /** As its program calls it: "gpt-oss:20b", "gpt-oss-20b-MXFP4". */
  readonly label: string
  /** Of all its parts. */
  readonly bytes: number
  readonly from: ModelCache["from"]
  /** Why it can't be used, as a sentence. */
  readonly fault?: string
}

/** Largest first, those that can be used before those that can't; each file once. */
export async function existingModels(
  signal: AbortSignal,
  caches: readonly ModelCache[] = modelCaches({
    platform: process.platform,
    home: os.homedir(),
    env: process.env,
  }),
): Promise<readonly ExistingModel[]> {
  const found = new Map<string, ExistingModel>()
  for (const cache of caches)
    for (const file of await cachedFilesOf(cache, signal)) {
      if (signal.aborted) break
      const real = await realpath(file.path).catch(() => file.path)
      if (found.has(real)) continue
      const fault = faultOf(await ggufArchitecture(file.path), cache)
      found.set(real, { ...file, from: cache.from, ...(fault !== undefined && { fault }) })
    }
  const rank = ({ fault, bytes }: ExistingModel) =>
    bytes - (fault === undefined ? 0 : Number.MAX_SAFE_INTEGER / 2)
  return [...found.values()].toSorted((a, b) => rank(b) - rank(a))
}

/** Ollama's own conversion of gpt-oss names the architecture "gptoss" and its tensors in its own way (ollama#11816). */
function faultOf(architecture: string | undefined, { from }: ModelCache): string | undefined {
  if (architecture === undefined || architecture === "gpt-oss") return undefined
  if (architecture === "gptoss")
    return from === "Ollama"
      ? "In Ollama’s own form, which only Ollama reads. Start Ollama and look for local servers."
      : "In Ollama’s own form, which only Ollama reads."
  if (architecture === "notGguf") return "It can’t be read, or is no GGUF file."
  return "It is no gpt-oss model."
}
