// The token streams of the golden vectors (recovery, parse, stream), as what their tokens mean.
import { fileURLToPath } from "node:url"
import { o200kVocabulary } from "../../src/harmony/o200kVocabulary.ts"
import type { Stream } from "./propertyStreams.ts"
import { readVectors } from "./vectorFile.ts"

export type GoldenStream = {
  readonly name: string
  readonly stream: Stream
  readonly names: { readonly tools: readonly string[]; readonly builtins: readonly string[] }
}

export async function goldenStreams(): Promise<readonly GoldenStream[]> {
  const vocabulary = await o200kVocabulary()
  const vectors = await readVectors(fileURLToPath(new URL("../vectors/harmony", import.meta.url)))
  return vectors.flatMap((vector): readonly GoldenStream[] => {
    if (vector.kind !== "recovery" && vector.kind !== "parse" && vector.kind !== "stream") return []
    const { name, options } = vector
    const tokens = vector.tokens.flatMap(id => (id === "EOS" ? [] : [vocabulary.meaningOf(id)]))
    const role = options.role === "assistant" ? "assistant" : null
    const reason = "finish" in options && options.finish === "length" ? "length" : "stop"
    const names =
      "tools" in options ? { tools: options.tools, builtins: options.builtins } : { tools: [], builtins: [] }
    return [{ name, stream: { tokens, role, reason }, names }]
  })
}
