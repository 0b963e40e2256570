// What a gpt-oss model needs of a computer: memory, disk, bytes read per token. Formulae over a file's own figures; the
// two published models' figures stand here for the time before there is a file.

/** Sizes in bytes, as the file's header tells them. */
export type ModelFile = {
  readonly fileSize: number
  /** Of the experts' weights: llama.cpp's processor backend holds them a second time, in another order. */
  readonly expertBytes: number
  /** Of keys and values per token of a context, in half precision, every layer kept whole. */
  readonly keyValueBytes: number
  /** Of all experts, how many a token uses. */
  readonly expertShare: number
}

const layerExperts = (experts: number) => (experts * 3 * 2880 * 2880 * 17) / 32
const layerKeyValues = 8 * (64 + 64) * 2

/** 24 layers of 32 experts, of 2,880 × 2,880 values each in MXFP4 (17 bytes for 32), 4 of them used. */
export const gptOss20b: ModelFile = {
  fileSize: 12_109_566_560,
  expertBytes: 24 * layerExperts(32),
  keyValueBytes: 24 * layerKeyValues,
  expertShare: 4 / 32,
}

/** 36 layers of 128 experts, else the same. */
export const gptOss120b: ModelFile = {
  fileSize: 63_387_346_464,
  expertBytes: 36 * layerExperts(128),
  keyValueBytes: 36 * layerKeyValues,
  expertShare: 4 / 128,
}

/** Sizes in tokens. */
export type Contexts = { readonly chat: number; readonly completion: number }

/** The runtime's for ghost text. */
export const completionTokens = 4096

/** Of one table of the vocabulary: 201,088 tokens of 2,880 values in Q8_0 (34 bytes for 32). */
const vocabularyBytes = (201_088 * 2880 * 34) / 32

/** What the process holds beside: 9.8 GiB were measured with gpt-oss-20b, 9.46 of it the experts' copy. */
const processBytes = 0.35 * 2 ** 30

export type MemoryNeed = {
  /** Taken from other programs for as long as the model is loaded: the experts' copy, both contexts, the process. */
  readonly held: number
  /** Of the file itself, what every token reads: kept in memory for speed, but the system may drop it. */
  readonly cached: number
}

/** On the processor. Graphics cards take the weights into their own memory. */
export function memoryNeed(model: ModelFile, contexts: Contexts): MemoryNeed {
  const held = model.expertBytes + contextBytes(model, contexts) + processBytes
  return { held, cached: denseBytes(model) }
}

export function contextBytes({ keyValueBytes }: ModelFile, { chat, completion }: Contexts): number {
  return keyValueBytes * (chat + completion)
}

/** Bytes that have to come from memory for each token that is written. */
export function bytesPerToken(model: ModelFile): number {
  return model.expertBytes * model.expertShare + denseBytes(model)
}

/** All but the experts and the table that is only looked up in. */
function denseBytes({ fileSize, expertBytes }: ModelFile): number {
  return Math.max(0, fileSize - expertBytes - vocabularyBytes)
}
