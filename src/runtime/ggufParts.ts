// A model in one file or in several, as llama.cpp's gguf-split writes them: whichever part a person chose, all of them
// are found beside it, and each must be the one that its name says. Knows nothing of what makes a gpt-oss model.
import path from "node:path"
import { maxHeaderBytes } from "./fileReader.ts"
import type { GgufEntries, GgufSplit } from "./ggufEntries.ts"
import { type GgufPart, maxTensors, readGgufPart } from "./ggufPart.ts"
import type { GgufTensor } from "./ggufTensors.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

export type GgufParts = {
  /** It describes the model; it may hold no tensor. */
  readonly first: GgufPart
  /** Of all parts. */
  readonly tensors: ReadonlyMap<string, GgufTensor>
  /** Bytes of all files. */
  readonly size: number
  readonly mxfp4Bytes: number
}

/** gpt-oss-120b has 2 or 3; in parts of 1 GB it would have 64. */
const maxParts = 128

/** llama.cpp's `%s-%05d-of-%05d.gguf`; it minds the case, too. */
const partName = /-(\d{5})-of-(\d{5})\.gguf$/

/**
 * `require` looks at what the first part, or the only one, says of the model. A file beside ours is looked for by our
 * own file's name; what a header says is compared with it, never made a path. Throws as readGgufPart does, for each.
 */
export function readGgufParts(chosenPath: string, require: (first: GgufEntries) => void): GgufParts {
  const named = namedAs(chosenPath)
  const chosen = readGgufPart(chosenPath, maxHeaderBytes, entries => {
    requireName(entries.split, named)
    if (entries.split === undefined || entries.split.no === 0) require(entries)
  })
  const { split } = chosen.entries
  if (split === undefined || named === undefined) return { first: chosen, ...united([chosen]) }

  let bytesLeft = maxHeaderBytes - chosen.headerBytes
  const parts = Array.from({ length: split.count }, (_, no) => {
    if (no === split.no) return chosen
    const part = readSibling(named.path(no + 1), bytesLeft, entries => {
      requireName(entries.split, { ...named, number: no + 1 })
      if (no === 0) require(entries)
    })
    bytesLeft -= part.headerBytes
    return part
  })
  const [first = chosen] = parts
  const all = united(parts)
  const tensors = first.entries.split?.tensors
  if (tensors !== all.tensors.size)
    throw broken(`${all.tensors.size} tensors in all parts, not ${tensors ?? "a number that is said"}`)
  return { first, ...all }
}

/** The file that llama.cpp is given for whichever part of a model: the first one. Its name is all that is looked at. */
export function firstPartPath(anyPath: string): string {
  return namedAs(anyPath)?.path(1) ?? anyPath
}

type PartName = {
  /** From 1, as in names. */
  readonly number: number
  readonly count: number
  readonly path: (number: number) => string
}

function namedAs(file: string): PartName | undefined {
  const [ending, number, count] = partName.exec(file) ?? []
  if (ending === undefined || number === undefined || count === undefined) return undefined
  const stem = file.slice(0, -ending.length)
  return {
    number: Number(number),
    count: Number(count),
    path: at => `${stem}-${String(at).padStart(5, "0")}-of-${count}.gguf`,
  }
}

/** What it throws names the file, without its folder. */
function readSibling(file: string, maxBytes: number, require: (entries: GgufEntries) => void): GgufPart {
  try {
    return readGgufPart(file, maxBytes, require)
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error
    throw new RuntimeFailure(error.kind, `${path.basename(file)}: ${error.message}`)
  }
}

/** A file is the part that its name says: by the name llama.cpp, and node-llama-cpp, look for the others. */
function requireName(split: GgufSplit | undefined, named: PartName | undefined): void {
  const { no, count } = split ?? { no: 0, count: 1 }
  if (count > maxParts) throw broken(`${count} parts`)
  if (named === undefined && count > 1)
    throw new RuntimeFailure("modelMissing", `part ${no + 1} of ${count}, under a name without these numbers`)
  if (named !== undefined && (named.number !== no + 1 || named.count !== count))
    throw broken(`called part ${named.number} of ${named.count}, but it is part ${no + 1} of ${count}`)
}

function united(parts: readonly GgufPart[]): Omit<GgufParts, "first"> {
  const tensors = new Map<string, GgufTensor>()
  let size = 0
  let mxfp4Bytes = 0
  for (const part of parts) {
    size += part.size
    mxfp4Bytes += part.tensors.mxfp4Bytes
    for (const [name, tensor] of part.tensors.byName) {
      if (tensors.has(name)) throw broken("two parts hold the same tensor")
      tensors.set(name, tensor)
    }
  }
  if (tensors.size > maxTensors) throw broken(`${tensors.size} tensors`)
  return { tensors, size, mxfp4Bytes }
}

function broken(detail: string): RuntimeFailure {
  return new RuntimeFailure("modelBroken", detail)
}
