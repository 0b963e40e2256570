// What a model's GGUF header says, read before llama.cpp's C++ sees the file: it must be whole, of the gpt-oss
// architecture, and know Harmony's control tokens. Weights aren't looked at.
import { controlTokens } from "../protocol/segment.ts"
import type { GgufEntries } from "./ggufEntries.ts"
import { readGgufParts } from "./ggufParts.ts"
import { requireGptOssShape } from "./gptOssShape.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GgufHeader = {
  /** Bytes of the whole file; of a model in parts, of all of them. */
  readonly fileSize: number
  /** `general.name`, as the file says. */
  readonly name: string | undefined
  /** In tokens; 0 if the file doesn't say. */
  readonly trainedContextSize: number
  readonly vocabularySize: number
  readonly layers: number
  /** Bytes of keys and values that a context holds per token, in half precision, all layers kept whole. */
  readonly keyValueBytes: number
  /** Bytes of the MXFP4 experts: llama.cpp makes a second copy of them in memory, in another order, for a CPU. */
  readonly expertBytes: number
}

/**
 * Of a model in parts, any part's path. Throws modelMissing (also when another part isn't there), modelUnreadable,
 * modelBroken (no GGUF, cut off, parts that don't belong together) or modelUnsuitable (not a gpt-oss model).
 */
export function readGgufHeader(path: string): GgufHeader {
  const { first, tensors, size, mxfp4Bytes } = readGgufParts(path, requireGptOss)
  const { layers, keyValueBytes } = requireGptOssShape(first.entries, tensors)
  return {
    fileSize: size,
    name: first.entries.name,
    trainedContextSize: first.entries.number("context_length") ?? 0,
    vocabularySize: first.entries.vocabularySize,
    layers,
    keyValueBytes,
    expertBytes: mxfp4Bytes,
  }
}

function requireGptOss(entries: GgufEntries): void {
  if (entries.architecture !== "gpt-oss")
    throw new RuntimeFailure("modelUnsuitable", `architecture ${entries.architecture ?? "unknown"}`)
  const missing = controlTokens.filter(token => !entries.controlTokens.has(`<|${token}|>`))
  if (missing.length > 0)
    throw new RuntimeFailure("modelUnsuitable", `no control tokens ${missing.join(", ")}`)
}
